/** What is asked of a whole file, one at a time. */

let before: Promise<unknown> = Promise.resolve();

/**
 * Send when what was sent before has been answered, unless nobody wants it any more. A whole file is read for each of
 * a person's choices: asked all at once they would hold each other up, and the last, which counts, would come last.
 */
export function inTurn<T>(signal: AbortSignal, send: () => Promise<T>): Promise<T> {
  const answer = before.then(() => {
    signal.throwIfAborted();
    return send();
  });
  before = answer.catch(() => undefined);
  return answer;
}
