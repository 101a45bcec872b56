/** Clientele as those see it who register clients there: through either API, with a key that may do so. */
export class Registry {
  constructor(url, key) {
    this.url = url;
    this.key = key;
  }

  /** The accounts API. */
  register(client) {
    return this.#accounts('POST', '/client', client);
  }

  change(clientId, changes) {
    return this.#accounts('PUT', `/client?clientID=${clientId}`, changes);
  }

  remove(clientId) {
    return this.#accounts('DELETE', `/client?clientID=${clientId}`);
  }

  /** The v1 API, where the record becomes what is put. */
  put(clientId, client) {
    return this.#v1('PUT', clientId, '', client);
  }

  read(clientId) {
    return this.#v1('GET', clientId);
  }

  delete(clientId) {
    return this.#v1('DELETE', clientId);
  }

  secrets(clientId) {
    return this.#v1('GET', clientId, '/secrets');
  }

  /** A new secret beside those before, which end after so many seconds. */
  rotate(clientId, previousExpiresInSeconds) {
    return this.#v1('POST', clientId, '/secrets', { previousExpiresInSeconds });
  }

  revokeSecret(clientId, secretId) {
    return this.#v1('DELETE', clientId, `/secrets/${secretId}`);
  }

  issueCredential(grant) {
    return this.#call('POST', '/admin/credentials', { 'x-api-key': this.key }, grant);
  }

  #accounts(method, path, body) {
    return this.#call(method, path, { authorization: `Bearer ${this.key}` }, body);
  }

  #v1(method, clientId, path = '', body = undefined) {
    return this.#call(method, `/v1/domain/default/client/${clientId}${path}`, { 'x-api-key': this.key }, body);
  }

  async #call(method, path, headers, body) {
    const answer = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
