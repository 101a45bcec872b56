export function isInstalled(folder: string): boolean;
export function install(what?: string, folder?: string): void;
