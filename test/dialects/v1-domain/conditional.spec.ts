import { expectProblem } from '../../support/refusals.js';
import { CONFIDENTIAL, etagOf, PUBLIC, SECRET, v1Clients } from '../../support/v1-clients.js';

const { audit, expectOnRecord, get, newId, put, remove } = v1Clients();

describe('conditional requests (RFC 9110 §13)', () => {
  const ifMatch = (tag: string) => ({ headers: { 'if-match': tag } });
  const ifNoneMatch = (tag: string) => ({ headers: { 'if-none-match': tag } });

  it('PUT with If-None-Match: * creates only: 412 when the client exists', async () => {
    const id = newId();
    expect((await put(id, PUBLIC, ifNoneMatch('*'))).status).toBe(200);
    expectProblem(await put(id, { ...PUBLIC, scope: 'other' }, ifNoneMatch('*')), 412);
    expectProblem(await put(id, PUBLIC, ifNoneMatch('*')), 412);
    await expectOnRecord(id, PUBLIC);
  });

  it('PUT with If-None-Match: * by 16 callers at once succeeds for one', async () => {
    const id = newId();
    const answers = await Promise.all(Array.from({ length: 16 }, () => put(id, CONFIDENTIAL, ifNoneMatch('*'))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(15).fill(412)]);
    expect(answers.filter(({ body }) => SECRET.test(body.clientSecret))).toHaveLength(1);
  });

  it('PUT with If-Match changes the version that it names, and answers with the new ETag', async () => {
    const id = newId();
    const first = etagOf(await put(id, PUBLIC));
    const answer = await put(id, { ...PUBLIC, scope: 'new' }, ifMatch(first));
    expect(answer.status).toBe(200);
    expect(etagOf(answer)).not.toBe(first);
    expect(etagOf(await get(id))).toBe(etagOf(answer));
    await expectOnRecord(id, { ...PUBLIC, scope: 'new' });
  });

  it('PUT with an If-Match that is out of date is a 412, and nothing is written', async () => {
    const id = newId();
    const first = etagOf(await put(id, PUBLIC));
    await put(id, { ...PUBLIC, scope: 'two' });
    expectProblem(await put(id, { ...PUBLIC, scope: 'three' }, ifMatch(first)), 412);
    expectProblem(await put(id, { ...PUBLIC, scope: 'two' }, ifMatch(first)), 412);
    await expectOnRecord(id, { ...PUBLIC, scope: 'two' });
  });

  it('PUT with If-Match creates nothing', async () => {
    const id = newId();
    expectProblem(await put(id, PUBLIC, ifMatch('*')), 412);
    expectProblem(await put(id, PUBLIC, ifMatch('"1"')), 412);
    expect((await get(id)).status).toBe(404);
  });

  it('If-Match takes a list, and * for whatever is there', async () => {
    const id = newId();
    const first = etagOf(await put(id, PUBLIC));
    const second = await put(id, { ...PUBLIC, scope: 'a' }, ifMatch(`"other", ${first}`));
    expect(second.status).toBe(200);
    expect((await put(id, { ...PUBLIC, scope: 'b' }, ifMatch('*'))).status).toBe(200);
    expectProblem(await put(id, { ...PUBLIC, scope: 'c' }, ifMatch(`${first}, ${etagOf(second)}`)), 412);
  });

  it('If-Match knows the version by a tag that a compressing proxy changed, and by no other', async () => {
    const id = newId();
    const changed = [(tag: string) => `W/${tag}`, (tag: string) => tag.replace(/"$/, '-gzip"')];
    let answer = await put(id, PUBLIC);
    for (const change of changed) {
      const stale = ifMatch(change(etagOf(answer)));
      answer = await put(id, { ...PUBLIC, scope: `turn-${changed.indexOf(change)}` }, stale);
      expect(answer.status).toBe(200);
      expectProblem(await put(id, { ...PUBLIC, scope: 'lost' }, stale), 412);
    }
    expect((await remove(id, ifMatch(`W/${etagOf(answer)}`))).status).toBe(204);
  });

  it('16 callers who change the same version: one succeeds, the others get 412', async () => {
    const id = newId();
    const tag = etagOf(await put(id, PUBLIC));
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => put(id, { ...PUBLIC, scope: `s${index}` }, ifMatch(tag))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(15).fill(412)]);
    await expectOnRecord(id, { ...PUBLIC, scope: `s${answers.findIndex(({ status }) => status === 200)}` });
    expect(await audit(id)).toHaveLength(2);
  });

  it('DELETE with If-Match removes only the version that it names', async () => {
    const id = newId();
    const first = etagOf(await put(id, PUBLIC));
    const second = etagOf(await put(id, { ...PUBLIC, scope: 'two' }));
    expectProblem(await remove(id, ifMatch(first)), 412);
    expect((await get(id)).status).toBe(200);
    expect((await remove(id, ifMatch(second))).status).toBe(204);
    expect((await get(id)).status).toBe(404);
  });

  it('GET with If-None-Match is a 304 without a body while nothing has changed', async () => {
    const id = newId();
    const tag = etagOf(await put(id, PUBLIC));
    for (const value of [tag, `W/${tag}`, tag.replace(/"$/, '-gzip"'), `"other", ${tag}`, '*']) {
      const answer = await get(id, ifNoneMatch(value));
      expect([value, answer.status, answer.text, etagOf(answer)]).toEqual([value, 304, '', tag]);
    }
    expect((await get(id, ifNoneMatch('"other"'))).status).toBe(200);
    await put(id, { ...PUBLIC, scope: 'new' });
    expect((await get(id, ifNoneMatch(tag))).status).toBe(200);
  });

  it('a 400 wins over a 412, and a 404 over a 412', async () => {
    const id = newId();
    await put(id, PUBLIC);
    expectProblem(await put(id, { ...PUBLIC, scope: 'a a' }, ifMatch('"other"')), 400);
    expectProblem(await remove('not-there', ifMatch('"other"')), 404);
  });

  it('an ETag never recurs for an id, not even after DELETE and creation', async () => {
    const id = newId();
    const tags: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      for (const scope of ['a', 'b', 'a']) tags.push(etagOf(await put(id, { ...PUBLIC, scope })));
      expect((await remove(id)).status).toBe(204);
    }
    expect(new Set(tags).size).toBe(tags.length);
  });
});
