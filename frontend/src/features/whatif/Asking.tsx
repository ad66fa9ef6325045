import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Card, SkeletonRows } from "@/components/ui/states";
import { plural } from "@/lib/format";
import { t } from "@/lib/texts";
import { type Asked, scopeQuery } from "./useScenario";

interface Props {
  scope: Asked["scope"] | undefined;
}

/** While the models are asked: of how many products, and for how long already. */
export function AskedFor({ scope }: Props) {
  const known = useQuery(scopeQuery(scope));
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const counted = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(counted);
  }, []);
  return (
    <>
      {known.data
        ? t("The models are asked about {0}.", plural(known.data.skus.length, "product"))
        : t("The models are asked.")}{" "}
      <span aria-hidden>{seconds > 0 && t("{0} s", seconds)}</span>
    </>
  );
}

/** The same in the place of the answer. */
export function Asking({ scope }: Props) {
  return (
    <Card>
      <p role="status" className="px-4 pt-4 text-ink-2">
        <AskedFor scope={scope} />
      </p>
      <SkeletonRows rows={8} />
    </Card>
  );
}
