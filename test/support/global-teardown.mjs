export default async function globalTeardown() {
  await globalThis.dropTestTemplate();
  await globalThis.stopTestPooler?.();
  await globalThis.stopTestDatabase?.();
}
