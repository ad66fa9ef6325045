import clsx from "clsx";
import type { ReactNode } from "react";
import { useTitle } from "@/components/ui/PageHead";
import { t } from "@/lib/texts";

export function AuthCard({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="grid h-full place-items-center overflow-auto p-4">
      <div className="flex w-full max-w-[360px] flex-col gap-4 rounded-xl border border-line bg-panel p-6">
        <p className="flex items-center gap-3 text-title font-semibold">
          <img src="/icon.svg" alt="" width={28} height={28} />
          {t("Almanac")}
        </p>
        <h1 className="text-page font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  );
}

export function Notice({ bad = false, children }: { bad?: boolean; children: ReactNode }) {
  return (
    <p
      role={bad ? "alert" : "status"}
      className={clsx("rounded-md px-3 py-2", bad ? "bg-bad-soft text-bad" : "bg-accent-soft text-ink")}
    >
      {children}
    </p>
  );
}
