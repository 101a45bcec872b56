// The floors: what a server on this machine could do at best. Run as `node floors.js pg` or `node floors.js static`.
import fastify, { type FastifyReply } from 'fastify';
import pg from 'pg';

interface Identified {
  readonly Params: { readonly id: string };
}

interface Body {
  readonly client_id: string;
  readonly client_name: string;
  readonly client_type: string;
  readonly grant_types: string[];
  readonly redirect_uris: string[];
  readonly post_logout_redirect_uris: string[];
  readonly allowed_origins: string[];
  readonly scope: string;
}

const DOMAIN_ID = 1;
const app = fastify();

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const time = { type: 'string', format: 'date-time' };
const client = {
  type: 'object',
  properties: {
    client_id: text,
    client_name: text,
    client_type: text,
    grant_types: texts,
    redirect_uris: texts,
    post_logout_redirect_uris: texts,
    allowed_origins: texts,
    scope: text,
    created_at: time,
    updated_at: time,
  },
};
const answering = (status: number, schema: object) => ({ schema: { response: { [status]: schema } } });

if (process.argv[2] === 'pg') servePostgres();
else serveConstant();
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));

/** f-static: bare Fastify, one answer. */
function serveConstant() {
  const constant = { client_id: 'a-client', redirect_uris: ['https://app.example.com/callback'], scope: 'openid' };
  app.get('/', answering(200, client), async () => constant);
}

/** f-pg: bare Fastify, a pool of 10, named prepared statements, response schemas; no authentication, no validation. */
function servePostgres() {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
  const query = (name: string, statement: string, values: unknown[]) => pool.query({ name, text: statement, values });
  const found = (rows: object[], reply: FastifyReply) => rows[0] ?? reply.code(404).send();

  app.get<Identified>('/clients/:id', answering(200, client), async (request, reply) => {
    const statement = 'select * from floor_clients where domain_id = $1 and client_id = $2';
    const { rows } = await query('read', statement, [DOMAIN_ID, request.params.id]);
    return found(rows, reply);
  });

  app.get<{ Querystring: { limit: string } }>(
    '/clients',
    answering(200, { type: 'array', items: client }),
    async (request) => {
      const statement = 'select * from floor_clients where domain_id = $1 order by client_id limit $2';
      const { rows } = await query('list', statement, [DOMAIN_ID, Number(request.query.limit)]);
      return rows;
    },
  );

  const insert = `
    insert into floor_clients (domain_id, client_id, client_name, client_type, grant_types, redirect_uris,
      post_logout_redirect_uris, allowed_origins, scope) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;
  const valuesOf = (id: string, body: Body) => [
    DOMAIN_ID,
    id,
    body.client_name,
    body.client_type,
    body.grant_types,
    body.redirect_uris,
    body.post_logout_redirect_uris,
    body.allowed_origins,
    body.scope,
  ];

  app.put<Identified & { Body: Body }>('/clients/:id', answering(200, client), async (request) => {
    const statement = `${insert}
      on conflict (domain_id, client_id) do update set client_name = excluded.client_name,
        client_type = excluded.client_type, grant_types = excluded.grant_types, redirect_uris = excluded.redirect_uris,
        post_logout_redirect_uris = excluded.post_logout_redirect_uris, allowed_origins = excluded.allowed_origins,
        scope = excluded.scope, updated_at = now()
      returning *`;
    const { rows } = await query('upsert', statement, valuesOf(request.params.id, request.body));
    return rows[0];
  });

  app.post<{ Body: Body }>('/clients', answering(201, client), async (request, reply) => {
    const { rows } = await query('insert', `${insert} returning *`, valuesOf(request.body.client_id, request.body));
    reply.code(201);
    return rows[0];
  });

  app.delete<Identified>('/clients/:id', async (request, reply) => {
    const statement = 'delete from floor_clients where domain_id = $1 and client_id = $2';
    const { rowCount } = await query('delete', statement, [DOMAIN_ID, request.params.id]);
    return reply.code(rowCount === 1 ? 204 : 404).send();
  });
}
