export default async function globalTeardown(): Promise<void> {
  await globalThis.dropTestTemplate?.();
  await globalThis.dropTestRole?.();
  await globalThis.stopTestPooler?.();
  await globalThis.stopTestDatabase?.();
}
