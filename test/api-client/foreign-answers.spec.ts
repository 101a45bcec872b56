import { apiClient, ForeignAnswer } from '#api-client';
import { type AnsweringServer, answeringServer } from '../support/answering-server.js';

let server: AnsweringServer;
beforeAll(async () => {
  server = await answeringServer();
});
afterAll(() => server.stop());

const ask = (parseAs?: 'text') => apiClient({ url: server.url }).GET('/v1/domain', { parseAs });

describe('the typed client, where somebody else answers', () => {
  it.each([
    ['a page', 'text/html', '<!doctype html>'],
    ['a page that says it is JSON', 'application/json', '<!doctype html>'],
    ['a text', undefined, 'Welcome.'],
  ])('fails with a sentence that names the URL and what came: %s', async (_, type, body) => {
    server.answersWith({ status: 200, type, body });
    const place = `${server.url}/v1/domain answers with 200 and ${type ?? 'no content type'}, `;
    await expect(ask()).rejects.toThrow(ForeignAnswer);
    await expect(ask()).rejects.toThrow(place);
    // Whoever wants a text gets one.
    expect((await ask('text')).data).toBe(body);
  });

  it('hands over a refusal, and an answer that says nothing', async () => {
    server.answersWith({ status: 502, type: 'text/html', body: '<!doctype html>' });
    expect(await ask()).toMatchObject({ error: '<!doctype html>', response: { status: 502 } });
    server.answersWith({ status: 202 });
    expect((await ask()).data).toBeUndefined();
  });
});
