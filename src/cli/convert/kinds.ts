import type { KindName } from '../vocabulary.js';
import type { Kind } from './kind.js';

const KINDS: { readonly [name in KindName]: () => Promise<Kind> } = {
  keycloak: async () => (await import('./keycloak.js')).keycloak,
  hydra: async () => (await import('./hydra.js')).hydra,
  auth0: async () => (await import('./auth0.js')).auth0,
  duende: async () => (await import('./duende.js')).duende,
  entra: async () => (await import('./entra.js')).entra,
  entrecode: async () => (await import('./entrecode.js')).entrecode,
  entrypage: async () => (await import('./entrypage.js')).entrypage,
};

export function kindNamed(name: KindName): Promise<Kind> {
  return KINDS[name]();
}
