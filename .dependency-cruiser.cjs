// The arrows of the house (docs/architecture.md), each with its sentence. `npm run check` runs them.

const cores = '^libs/(audit|secrets|visible|shares|clients|credentials|domains|expiry|idempotency)/';
const packages = (...names) => names.map((name) => `(^|/)node_modules/(@types/)?${name}/`);

/** The folders of the store, and on which others each leans (libs/persistence/src/README.md). */
const store = {
  database: [],
  embedded: ['database'],
  log: ['database'],
  memory: ['log', 'database'],
  access: ['memory', 'log', 'embedded', 'database'],
  clients: ['memory', 'log', 'database'],
  expiry: ['log', 'database'],
};
const storeFloors = () =>
  Object.entries(store).map(([folder, below]) => ({
    name: `the-store-leans-downwards-${folder}`,
    comment: `libs/persistence/src/${folder} imports ${['itself', ...below].join(', ')}.`,
    severity: 'error',
    from: { path: `^libs/persistence/src/${folder}/` },
    to: { path: '^libs/persistence/src/', pathNot: `^libs/persistence/src/(${[folder, ...below].join('|')})/` },
  }));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'the-inside-does-not-know-the-outside',
      comment: 'Arrows point from src into libs, never back.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^src/' },
    },
    {
      name: 'the-cores-do-not-know-the-store',
      comment: 'A core owns a port; the store implements it.',
      severity: 'error',
      from: { path: cores },
      to: { path: '^(dist/)?libs/persistence/' },
    },
    {
      name: 'the-cores-share-only-vocabulary',
      comment:
        'A core leans on #audit, #secrets, #visible and #shares alone; clients, credentials and domains do not know each other.',
      severity: 'error',
      from: { path: '^libs/(clients|credentials|domains|expiry|idempotency)/' },
      to: { path: '^(dist/)?libs/', pathNot: ['^(dist/)?libs/(audit|secrets|visible|shares)/', '^(dist/)?libs/$1/'] },
    },
    {
      name: 'the-vocabulary-leans-on-nothing',
      comment: '#audit, #secrets, #visible and #shares know no other library of ours.',
      severity: 'error',
      from: { path: '^libs/(audit|secrets|visible|shares)/' },
      to: { path: '^(dist/)?libs/', pathNot: '^(dist/)?libs/$1/' },
    },
    {
      name: 'the-cores-are-plain-typescript',
      comment:
        'A core imports Node, TypeORM’s decorators in *.entity.ts, Nest’s decorators where it is to make a class, and jose, lru-cache, p-limit and bcrypt where tokens are checked, turns are waited for and secrets are compared; no HTTP, no SQL, no framework besides.',
      severity: 'error',
      from: { path: cores, pathNot: '/testing/' },
      to: {
        path: '(^|/)node_modules/',
        pathNot: packages('typeorm', '@nestjs/common', 'jose', 'lru-cache', 'p-limit', '@node-rs/bcrypt'),
      },
    },
    {
      name: 'the-cores-speak-no-http',
      comment: 'What a request is, the outside knows.',
      severity: 'error',
      from: { path: cores },
      to: { dependencyTypes: ['core'], path: '^(node:)?(http|https|http2|net|tls|dgram)$' },
    },
    {
      name: 'typeorm-decorates-entities-only',
      comment: 'In a core, TypeORM stands in *.entity.ts and nowhere else.',
      severity: 'error',
      from: { path: cores, pathNot: '\\.entity\\.ts$' },
      to: { path: packages('typeorm') },
    },
    {
      name: 'jose-and-the-cache-are-for-credentials',
      comment: 'Only credentials deal with tokens, and only they are checked for every request.',
      severity: 'error',
      from: { path: cores, pathNot: '^libs/credentials/' },
      to: { path: packages('jose', 'lru-cache') },
    },
    {
      name: 'bcrypt-is-for-secrets',
      comment: 'Only the secrets of clients come from other systems.',
      severity: 'error',
      from: { path: '^(src|libs)/', pathNot: '^libs/clients/src/secret-hash\\.ts$' },
      to: { path: packages('@node-rs/bcrypt') },
    },
    {
      name: 'a-library-has-one-door',
      comment: 'A library is entered by its index.ts.',
      severity: 'error',
      from: { path: '^(src|libs/([^/]+))/' },
      to: { path: '^(dist/)?libs/([^/]+)/src/', pathNot: ['/src/index\\.[tj]s$', '^(dist/)?libs/$2/'] },
    },
    ...storeFloors(),
    {
      name: 'a-dialect-does-not-know-another',
      comment: 'What two dialects share is in the core or in src/http.',
      severity: 'error',
      from: { path: '^src/dialects/([^/]+)/' },
      to: { path: '^src/dialects/', pathNot: '^src/dialects/$1/' },
    },
    {
      name: 'doors-do-not-know-the-store',
      comment:
        'Dialects, admin, http and operations see the cores; only app*.ts, store.ts, main.ts, workers/ and cli/beside-the-database.ts see both sides.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/((app|app\\.module|store|main|cli/beside-the-database)\\.ts$|workers/)' },
      to: { path: ['^(dist/)?libs/persistence/', ...packages('typeorm', 'pg')] },
    },
    {
      name: 'http-meets-dialects-through-their-list',
      comment: 'src/http is given the dialects; it never imports one.',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/(dialects|admin|operations|cli)/' },
    },
    {
      name: 'a-door-leans-on-http-and-the-cores',
      comment: 'A dialect or the admin API imports the cores, src/http and itself; nothing else of src.',
      severity: 'error',
      from: { path: '^src/(dialects/[^/]+|admin|operations)/' },
      to: { path: '^src/', pathNot: ['^src/http/index\\.ts$', '^src/$1/'] },
    },
    {
      name: 'the-product-does-not-know-its-examples',
      comment: 'Examples lean on the published APIs; nothing leans on examples.',
      severity: 'error',
      from: { path: '^(src|libs)/' },
      to: { path: '^examples/' },
    },
    {
      name: 'the-api-client-leans-on-nothing',
      comment: 'Whoever talks to a server from afar takes #api-client without the server.',
      severity: 'error',
      from: { path: '^libs/api-client/' },
      to: {
        path: ['^(dist/)?libs/', '(^|/)node_modules/'],
        pathNot: ['^libs/api-client/', ...packages('openapi-fetch')],
      },
    },
    {
      name: 'the-command-line-speaks-http',
      comment:
        'src/cli imports #api-client, #visible and itself; only what runs beside the database (migrate, operator reset) and what converts sees more.',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: ['^src/cli/beside-the-database\\.ts$', '^src/cli/convert/'] },
      to: { path: ['^(dist/)?libs/', '^src/'], pathNot: ['^(dist/)?libs/(api-client|visible)/', '^src/cli/'] },
    },
    {
      name: 'what-converts-knows-the-rules-of-clients',
      comment:
        'src/cli/convert imports #clients, too, for its rules: a converted line is judged by the rules that will judge its import.',
      severity: 'error',
      from: { path: '^src/cli/convert/' },
      to: { path: ['^(dist/)?libs/', '^src/'], pathNot: ['^(dist/)?libs/(api-client|visible|clients)/', '^src/cli/'] },
    },
    {
      name: 'nobody-needs-the-command-line',
      comment: 'The server knows neither its command line nor its client.',
      severity: 'error',
      from: { path: ['^src/', '^libs/'], pathNot: ['^src/cli/', '^libs/api-client/'] },
      to: { path: ['^src/cli/', '^(dist/)?libs/api-client/'] },
    },
    {
      name: 'nothing-unresolved',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
