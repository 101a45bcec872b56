import type { AdminSchemas } from '#api-client';

/** A line of an import. */
export type Line = AdminSchemas['ClientLine'];

/** Sets a field of the line. `from`: what the other system calls it. */
export type SetField = <F extends keyof Line>(field: F, value: Line[F], from: string) => void;
