import fastify from 'fastify';
import { Authentication } from '../../src/http/authentication.js';
import { FailureError } from '../../src/http/failure.js';

/** A server whose routes say nothing of whom they admit; nothing else of it is ever asked. */
async function statusOf(url: string): Promise<number> {
  const authentication = new Authentication(null as never, null as never, [], { allowTokenQuery: false });
  const app = fastify();
  app.addHook('onRequest', (request, reply) => authentication.admit(request, reply));
  app.setErrorHandler((error, _request, reply) => {
    const kind = error instanceof FailureError ? error.failure.kind : undefined;
    return reply.code(kind === 'route_not_found' ? 404 : 500).send();
  });
  for (const path of ['/forgotten', '/docsearch', '/docs', '/docs/accounts', '/openapi/v1.json']) {
    app.get(path, async () => 'in');
  }
  const { statusCode } = await app.inject(url);
  await app.close();
  return statusCode;
}

describe('a route that does not say whom it admits', () => {
  it.each(['/forgotten', '/docsearch'])('%s admits nobody', async (url) => {
    expect(await statusOf(url)).toBe(404);
  });

  it.each(['/docs', '/docs/accounts', '/openapi/v1.json'])('%s admits everyone, being documentation', async (url) => {
    expect(await statusOf(url)).toBe(200);
  });
});
