// Platformatic DB over one table, with nothing in front of it.
import { create } from '@platformatic/db';

const { PORT, DATABASE_URL } = process.env;
const app = await create(
  import.meta.dirname,
  {
    server: { hostname: '127.0.0.1', port: Number(PORT), logger: { level: 'error' } },
    db: { connectionString: DATABASE_URL, poolSize: 10, openapi: true, graphql: false, schemalock: false },
    watch: false,
  },
  { isEntrypoint: true, isProduction: true, isStandalone: true },
);
await app.init();
await app.start({ listen: true });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
