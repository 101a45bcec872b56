import {
  type AccountsSchemas,
  type AdminSchemas,
  type ApiClient,
  apiClient,
  type V1Schemas,
} from '../../../libs/api-client/src/index.js';
import { dataOf } from '../clientele.js';

type AccountsClient = AccountsSchemas['UpdateClientRequest'];

const V1_CLIENT = '/v1/domain/{domain}/client/{clientId}';
const SECRETS = `${V1_CLIENT}/secrets` as const;
const SUSPENSION = '/admin/domains/{domain}/clients/{clientId}/suspension';

/** Clientele as those see it who register clients there: through either API, with a key that may do so. */
export class Registry {
  readonly url: string;
  readonly #api: ApiClient;

  constructor(url: string, key: string) {
    this.url = url;
    this.#api = apiClient({ url, key });
  }

  /** The accounts API. */
  async register(client: AccountsClient & { clientID: string }) {
    return dataOf(await this.#api.POST('/client', { body: client }));
  }

  async change(clientID: string, changes: AccountsClient): Promise<void> {
    dataOf(await this.#api.PUT('/client', { params: { query: { clientID } }, body: changes }));
  }

  async remove(clientID: string): Promise<void> {
    dataOf(await this.#api.DELETE('/client', { params: { query: { clientID } } }));
  }

  /** The v1 API, where the record becomes what is put. */
  async put(clientId: string, client: V1Schemas['PutClientRequest']) {
    return dataOf(await this.#api.PUT(V1_CLIENT, { ...named(clientId), body: client }));
  }

  async read(clientId: string) {
    return dataOf(await this.#api.GET(V1_CLIENT, named(clientId)));
  }

  async delete(clientId: string): Promise<void> {
    dataOf(await this.#api.DELETE(V1_CLIENT, named(clientId)));
  }

  async secrets(clientId: string) {
    return dataOf(await this.#api.GET(SECRETS, named(clientId)));
  }

  /** A new secret beside those before, which end after so many seconds. */
  async rotate(clientId: string, previousExpiresInSeconds: number): Promise<string> {
    const added = dataOf(await this.#api.POST(SECRETS, { ...named(clientId), body: { previousExpiresInSeconds } }));
    return added.clientSecret!;
  }

  /** As `clientele import` does it. */
  async import(
    line: AdminSchemas['ClientLine'],
  ): Promise<[AdminSchemas['ImportSummary'], AdminSchemas['ImportedClient']]> {
    const answer = await this.#api.POST('/admin/domains/{domain}/import', {
      params: { path: { domain: 'default' } },
      body: JSON.stringify(line),
      bodySerializer: (text) => text,
      headers: { 'content-type': 'application/x-ndjson' },
      parseAs: 'text',
    });
    const [summary, client] = dataOf(answer)
      .split('\n')
      .filter((each) => each !== '')
      .map((each) => JSON.parse(each));
    return [summary, client];
  }

  async revokeSecret(clientId: string, secretId: string): Promise<void> {
    const path = { domain: 'default', clientId, secretId };
    dataOf(await this.#api.DELETE(`${SECRETS}/{secretId}`, { params: { path } }));
  }

  async suspend(clientId: string): Promise<void> {
    dataOf(await this.#api.PUT(SUSPENSION, { ...named(clientId), body: { reason: 'shown in the demo' } }));
  }

  async resume(clientId: string): Promise<void> {
    dataOf(await this.#api.DELETE(SUSPENSION, named(clientId)));
  }

  async issueCredential(grant: AdminSchemas['CreateCredentialRequest']) {
    return dataOf(await this.#api.POST('/admin/credentials', { body: grant }));
  }
}

function named(clientId: string) {
  return { params: { path: { domain: 'default', clientId } } };
}
