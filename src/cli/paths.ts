/** A client in the v1 API. */
export const CLIENT_PATH = '/v1/domain/{domain}/client/{clientId}';
/** The whole client, in the admin API. */
export const WHOLE_CLIENT_PATH = '/admin/domains/{domain}/clients/{clientId}';
