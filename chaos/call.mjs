/** Much longer than any answer may take. */
const PATIENCE_MS = 15_000;

/** One request, with what it took; a text goes as it is, anything else as JSON. No answer has the status 0, and says why in `error`. */
export async function call({ url, headers }, method, path, { body, headers: more, patience = PATIENCE_MS } = {}) {
  const begin = performance.now();
  const outcome = (rest) => ({ ms: performance.now() - begin, ...rest });
  try {
    const answer = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    });
    const text = await answer.text();
    return outcome({ status: answer.status, headers: answer.headers, body: parsed(text) });
  } catch (error) {
    return outcome({ status: 0, headers: new Headers(), body: undefined, error: error.cause ?? error });
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
