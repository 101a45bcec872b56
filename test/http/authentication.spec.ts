import fastify from 'fastify';
import { Authentication, tokenIn } from '../../src/http/authentication.js';
import { FailureError } from '../../src/http/failure.js';

/** A server whose routes say nothing of whom they admit; nothing else of it is ever asked. */
async function statusOf(url: string): Promise<number> {
  const authentication = new Authentication(null as never, null as never, { allowTokenQuery: false });
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

describe('the credential in Authorization', () => {
  it.each([
    ['Bearer clk_a', 'clk_a'],
    ['bearer  clk_a', 'clk_a'],
    ['BEARER choose 32 or more', 'choose 32 or more'],
    ['clk_a', 'clk_a'],
    ['Bearerclk_a', 'Bearerclk_a'],
    ['Bearer', 'Bearer'],
    ['Basic YTpi', 'Basic YTpi'],
    ['Bearer clk_a, Bearer clk_b', 'clk_a, Bearer clk_b'],
  ])('%j: %j', (header, token) => {
    expect(tokenIn(header)).toBe(token);
  });

  it.each([
    ['spaces', ' '],
    ['words and spaces', 'a '],
    ['spaces of another kind', '\xa0'],
  ])('is found in a bounded time, in a header full of %s', (_, text) => {
    const end = `${text.repeat(50_000)}\xa0`;
    const begin = performance.now();
    expect(tokenIn(`Bearer ${' '.repeat(50_000)}a${end}`)).toBe(`a${end}`);
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});
