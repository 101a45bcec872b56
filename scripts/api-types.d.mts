export const PUBLIC_URL: string;
export function fileOf(name: string): string;
export function typesOf(document: object): Promise<string>;
