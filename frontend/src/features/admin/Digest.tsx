import { useQuery } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import { query } from "@/api/query";
import { ConfirmButton } from "@/components/ui/Confirm";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { instant, plural, words } from "@/lib/format";
import { t } from "@/lib/texts";

const digestQuery = query("/api/digest");
const letterQuery = query("/api/digest/letter");

/** The weekly mail: who gets it is said in the environment; here stand its state, its words and a try. */
export function Digest() {
  const { data: digest, error, refetch } = useQuery(digestQuery);
  const { data: letter } = useQuery(letterQuery);
  return (
    <Card className="max-w-2xl">
      <CardHead title={t("The weekly digest by mail")} note={t("at the beginning of a week")} />
      {error ? (
        <ErrorCard title={t("The digest")} error={error} onRetry={() => void refetch()} />
      ) : !digest ? (
        <SkeletonRows rows={3} height={36} />
      ) : (
        <div className="p-4">
          <dl>
            <DefinitionLine label={t("Readers")}>
              {digest.readers ? plural(digest.readers, "address", "addresses") : t("none: it is not sent")}
            </DefinitionLine>
            {digest.next_at && <DefinitionLine label={t("Next")}>{instant(digest.next_at)}</DefinitionLine>}
            {digest.last && (
              <DefinitionLine label={t("Last")}>
                {digest.last.sent_at
                  ? t("{0}, to {1}", instant(digest.last.sent_at), plural(digest.last.readers ?? 0, "reader"))
                  : t("not sent, tried {0}", plural(digest.last.tries, "time"))}
                {digest.last.error && <span className="block text-bad">{digest.last.error}</span>}
              </DefinitionLine>
            )}
          </dl>
          {letter && (
            <details className="pt-3">
              <summary className="cursor-pointer text-accent">{t("What it would say now")}</summary>
              <p className="pt-2 font-medium">{letter.subject}</p>
              <pre className="whitespace-pre-wrap pt-2 font-sans text-ink-2">{letter.text}</pre>
            </details>
          )}
          <div className="flex flex-wrap items-center justify-between gap-3 pt-4">
            <p className="text-ink-2">
              {t("Mail server, sender and readers are settings:")}{" "}
              <code className="rounded bg-sunken px-1.5 py-0.5">ALMANAC_SMTP_URL</code>{" "}
              <code className="rounded bg-sunken px-1.5 py-0.5">ALMANAC_MAIL_FROM</code>{" "}
              <code className="rounded bg-sunken px-1.5 py-0.5">ALMANAC_DIGEST_TO</code>
            </p>
            {digest.readers > 0 && (
              <ConfirmButton
                label={t("Send it now")}
                final
                title={t("Send the digest now?")}
                does={t("Send to {0}", plural(digest.readers, "reader"))}
                send={() => data(api.POST("/api/digest/send"))}
                stale={["digest"]}
                said={(sent) =>
                  sent.error
                    ? t("Sent to {0}; {1}", plural(sent.readers, "reader"), words(sent.error))
                    : t("Sent to {0}.", plural(sent.readers, "reader"))
                }
              >
                {t("The week's own digest is sent none the less.")}
              </ConfirmButton>
            )}
          </div>
        </div>
      )}
    </Card>
  );
}
