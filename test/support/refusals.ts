import type { Answer } from './test-server.js';

/** An answer in the form of v1 and admin: RFC 9457 with the members that ASP.NET's clients know. */
export function expectProblem(answer: Answer, status: number): void {
  expect({ status: answer.status, text: answer.text }).toEqual({ status, text: expect.stringMatching(/^\{/) });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/);
  expect(answer.body).toMatchObject({
    type: expect.stringMatching(/^https?:\/\/[^/]+\/doc\/errors\/[a-z-]+$/),
    title: expect.stringMatching(/\S/),
    status,
    traceId: answer.headers.get('x-request-id'),
  });
  expect(answer.body.traceId).toEqual(expect.any(String));
}

/** A 400 of v1 or admin that names exactly these places, each with at least one sentence. */
export function expectViolations(answer: Answer, places: readonly string[]): void {
  expectProblem(answer, 400);
  expect(Object.keys(answer.body.errors ?? {}).sort()).toEqual([...places].sort());
  for (const sentences of Object.values(answer.body.errors)) {
    expect(sentences).toEqual(expect.arrayContaining([expect.stringMatching(/\S/)]));
  }
}

/** An answer in the form of the accounts dialect: a HAL problem with a code of the catalogue. */
export function expectAccountsError(answer: Answer, status: number, code: number): void {
  expect({ status: answer.status, text: answer.text }).toEqual({ status, text: expect.stringMatching(/^\{/) });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/);
  const type = expect.stringMatching(new RegExp(`/doc/errors/${code}$`));
  expect(answer.body).toMatchObject({
    status,
    code,
    title: expect.stringMatching(/\S/),
    type,
    detail: expect.any(String),
    verbose: expect.any(String),
    _links: { up: { href: expect.any(String) }, describedby: { href: type } },
  });
}
