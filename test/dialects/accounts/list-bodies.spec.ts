import { ListBodies } from '../../../src/dialects/accounts/list-bodies.js';
import { aClient } from '../../support/a-client.js';

const HEAD = '{"count":2,"total":2';

describe('the body of a list', () => {
  let shown: string[];
  let bodies: ListBodies;
  beforeEach(() => {
    shown = [];
    bodies = new ListBodies(({ clientId, clientName }) => {
      shown.push(clientId);
      return { clientId, clientName };
    });
  });
  const clients = [aClient({ clientName: 'Über 🦊' }, { clientId: 'a' }), aClient({}, { clientId: 'b' })];
  const items = [
    { clientId: 'a', clientName: 'Über 🦊' },
    { clientId: 'b', clientName: clients[1]!.clientName },
  ];

  it('lists the clients in both relations, behind what comes before them', () => {
    expect(JSON.parse(bodies.bytesOf(clients, HEAD).toString())).toEqual({
      count: 2,
      total: 2,
      _embedded: { 'ec:acc/client': items, 'ec:client': items },
    });
  });

  it('is the same for a page that comes again', () => {
    expect(bodies.bytesOf(clients, HEAD)).toBe(bodies.bytesOf(clients, HEAD));
    expect(shown).toEqual(['a', 'b']);
  });

  it('shows no client anew when only what comes before them has changed', () => {
    const first = bodies.bytesOf(clients, HEAD).toString();
    for (const total of [3, 40, 5]) {
      const body = bodies.bytesOf(clients, `{"count":2,"total":${total}`).toString();
      expect(body).toBe(first.replace('"total":2', `"total":${total}`));
    }
    expect(shown).toEqual(['a', 'b']);
  });

  it('is made for each page by itself', () => {
    bodies.bytesOf(clients, HEAD);
    const other = bodies.bytesOf([clients[1]!], '{"count":1,"total":2');
    expect(JSON.parse(other.toString())._embedded['ec:client']).toEqual([items[1]]);
  });
});
