export default async function globalTeardown() {
  await globalThis.dropTestTemplate();
  await globalThis.stopTestDatabase?.();
}
