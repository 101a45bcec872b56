// oidc-provider with registration and its management, storing in PostgreSQL; otherwise as it comes.

import Provider from 'oidc-provider';
import pg from 'pg';

const { PORT, DATABASE_URL, API_KEY } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
await pool.query(`
  create table if not exists records (
    kind text not null, id text not null, payload jsonb not null, expires_at timestamptz, primary key (kind, id))`);
const query = (name, text, values) => pool.query({ name, text, values });

class PostgresAdapter {
  constructor(kind) {
    this.kind = kind;
  }

  async upsert(id, payload, expiresIn) {
    const text = `
      insert into records values ($1, $2, $3, now() + $4 * interval '1 second')
      on conflict (kind, id) do update set payload = excluded.payload, expires_at = excluded.expires_at`;
    await query('upsert', text, [this.kind, id, payload, expiresIn ?? null]);
  }

  async find(id) {
    const text =
      'select payload from records where kind = $1 and id = $2 and (expires_at is null or expires_at > now())';
    const { rows } = await query('find', text, [this.kind, id]);
    return rows[0]?.payload;
  }

  async destroy(id) {
    await query('destroy', 'delete from records where kind = $1 and id = $2', [this.kind, id]);
  }
}

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  adapter: PostgresAdapter,
  cookies: { keys: ['a key for the benchmark'] },
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true, initialAccessToken: API_KEY },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
  },
});
provider.listen(Number(PORT), '127.0.0.1');
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
