// Made from the OpenAPI document by `npm run generate`; do not edit.
export interface paths {
    "/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads who changed what, the oldest change first, or the newest
         * @description Entries must meet all conditions. The Link header leads to the next page, in either order. With conditions that have no index (`credential`, `from`, `to`, changes of clients by `action`), the server looks at 10000 entries at most for a page, or 1000 of each domain. Such a page may be shorter than its limit, or empty: follow the Link until there is none. The registry has more fields of a client than either API, and its own names for them:
         *
         *     | Here | v1 | accounts |
         *     | --- | --- | --- |
         *     | `clientName` | – | `clientName` |
         *     | `clientType` | `clientType`, with a capital | `clientType`, computed |
         *     | `grantTypes` | `grantType`, one word for all | `grantTypes` |
         *     | `redirectUris` | `redirectUris` | `redirectURIs`; the first is `callbackURL` |
         *     | `postLogoutRedirectUris` | `postSignOutRedirectUris` | `postLogoutRedirectURIs` |
         *     | `scope` | `scope` | – |
         *     | `audiences` | `audiences` | – |
         *     | `identityProviders` | `providers` | – |
         *     | `policies` | `policies` | – |
         *     | `allowedOrigins` | `allowedOrigins` | – |
         *     | `allowLocalLogin` | `allowLocalLogin` | – |
         *     | `accessTokenLifetime` | `accessTokenExpiry`, null being the default | – |
         *     | `idTokenLifetime` | `idTokenExpiry`, null being the default | – |
         *     | `refreshTokenLifetime` | `refreshTokenExpiry`, null being the default | – |
         *     | `tokenMethods` | – | `config`: `tokenMethod` |
         *     | `tokenMethodsAsList` | – | `config`: whether `tokenMethod` is a list |
         *     | `disabledStrategies` | – | `config`: `disableStrategies` |
         *     | `additionalConfig` | – | `config`: every other key |
         *     | `authUiOrigin` | – | `authUIOrigin` |
         *     | `logoUri` | – | `logoURI` |
         */
        get: operations["listAuditEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Streams who changes what, as server-sent events
         * @description Each `change` event contains an entry of `GET /admin/audit`. If you follow one domain, each entry comes once, in the order of ids, from every instance, also after a reconnection with `Last-Event-ID`. If you follow several domains, entries come in order within each domain. After a reconnection, those of the 45 seconds before it come again; recognise them by `id` and `domain`. The stream begins with a `position` event, and continues with what happens from now on; with `Last-Event-ID: 0` it begins with the first entry. After 15 seconds without a change there is a comment, or a `position` event if there were changes that the caller may not see. While the database is away, no entries come.
         *
         *     The stream ends when the server stops, when the credential is revoked or expires, and when nobody reads it. Then reconnect, to any instance. Pages that show an answer only when it is complete cannot show this one; use `curl -N -H 'x-api-key: clk_…' …/admin/changes`.
         */
        get: operations["followChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists credentials, without their API keys and access tokens
         * @description The Link header leads to the next page.
         */
        get: operations["listCredentials"];
        put?: never;
        /**
         * Issues a credential
         * @description It can have only rights that your own credential has, and expires no later than yours. If yours is revoked earlier, the new one stays valid.
         */
        post: operations["createCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/credentials/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads a credential, without its API key and access token
         * @description Also one that has expired or is revoked.
         */
        get: operations["getCredential"];
        put?: never;
        post?: never;
        /**
         * Revokes a credential
         * @description Effective on every instance within a second.
         */
        delete: operations["revokeCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/credentials/self/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives the caller’s own credential a new API key and access token
         * @description Needs no permission. Id, name, rights and domain stay. The present API key and access token stay valid for `previousExpiresInSeconds`. At most two of each are valid at a time: while previous ones are valid, another rotation has to send 0. A credential that was made without `expiresAt` expires six months from now, but no later than its maker would have; one that was made with `expiresAt` keeps it. Effective on every instance within a second. The operator’s credential cannot be rotated here, and tokens of trusted issuers are renewed by their issuer.
         */
        post: operations["rotateOwnCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the clients of the domain, by clientId, with what is said of them
         * @description The parameters choose by owner, manager and label; a client must fit all of them. A page looks at a bounded number of clients: with a label or with two of the others it can be short, or empty, and yet the Link header leads to a next one.
         */
        get: operations["findClients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/clients/{clientId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads all that there is of a client, but its secrets
         * @description What an export says of it: the fields of v1 and those that only the accounts API names, of one moment, and whether the client is suspended, when it ends by itself and what is said of it, which no body of either API says; for authorization servers and others who need all of it. The ETag is that of either API, and another one while the client is suspended, has an end, or anything is said of it.
         */
        get: operations["getWholeClient"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/clients/{clientId}/about": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Says whose a client is, and who alone changes it
         * @description Merges (RFC 7396): what the body does not name stays, and null empties. The record, its versions and what both APIs answer about the client do not change; followers of the changes are told `client.described`. A client that is locked is changed only by requests that name its manager in the header `Managed-By`, through any API; others get 409. The lock keeps from mistakes, not from callers who name a manager that they are not.
         */
        put: operations["describeClient"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/clients/{clientId}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restores a client that was deleted within the last 30 days, in its last version
         * @description Only for the operator. `listDeletedClients` lists these clients. The old secrets stay invalid: a Confidential client gets a new one. A client that had expired comes back without an expiry.
         */
        post: operations["restoreClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/clients/{clientId}/suspension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads the terms on which a client is suspended
         * @description There are none (404) of a client that is not suspended.
         */
        get: operations["getSuspension"];
        /**
         * Suspends a client, or changes the terms on which it is suspended
         * @description A suspended client can be read and changed as before in both dialects, which do not show the suspension. But its secrets no longer verify, on any instance from this moment on. A term that the body leaves out is removed. The change feed has `client.suspended`.
         */
        put: operations["suspendClient"];
        post?: never;
        /**
         * Resumes a suspended client
         * @description Its secrets verify again, unless they have expired meanwhile. The change feed has `client.resumed`. This also approves a proposed client: send If-Match, to approve it only as you have read it.
         */
        delete: operations["resumeClient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/clients/{clientId}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the versions of a client, oldest first: each is the change that made it
         * @description Also for a client that has been deleted. The Link header leads to the next page.
         */
        get: operations["listVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/clients/{clientId}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads an earlier version of a client
         * @description The registry has more fields of a client than either API, and its own names for them:
         *
         *     | Here | v1 | accounts |
         *     | --- | --- | --- |
         *     | `clientName` | – | `clientName` |
         *     | `clientType` | `clientType`, with a capital | `clientType`, computed |
         *     | `grantTypes` | `grantType`, one word for all | `grantTypes` |
         *     | `redirectUris` | `redirectUris` | `redirectURIs`; the first is `callbackURL` |
         *     | `postLogoutRedirectUris` | `postSignOutRedirectUris` | `postLogoutRedirectURIs` |
         *     | `scope` | `scope` | – |
         *     | `audiences` | `audiences` | – |
         *     | `identityProviders` | `providers` | – |
         *     | `policies` | `policies` | – |
         *     | `allowedOrigins` | `allowedOrigins` | – |
         *     | `allowLocalLogin` | `allowLocalLogin` | – |
         *     | `accessTokenLifetime` | `accessTokenExpiry`, null being the default | – |
         *     | `idTokenLifetime` | `idTokenExpiry`, null being the default | – |
         *     | `refreshTokenLifetime` | `refreshTokenExpiry`, null being the default | – |
         *     | `tokenMethods` | – | `config`: `tokenMethod` |
         *     | `tokenMethodsAsList` | – | `config`: whether `tokenMethod` is a list |
         *     | `disabledStrategies` | – | `config`: `disableStrategies` |
         *     | `additionalConfig` | – | `config`: every other key |
         *     | `authUiOrigin` | – | `authUIOrigin` |
         *     | `logoUri` | – | `logoURI` |
         */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/clients/{clientId}/versions/{version}/diff/{other}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compares two versions of a client
         * @description In the names that the registry has for its fields, as `getVersion` lists them.
         */
        get: operations["compareVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/clients/{clientId}/versions/{version}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restores an earlier version of a client
         * @description This is a change like any other: today’s rules apply, and it makes a new version. Also needs `audit:read`. The secrets stay as they are, unless the type of the client changes.
         */
        post: operations["restoreVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the clients that were deleted within the last 30 days, the latest first
         * @description These are the clients that `restoreClient` can restore. A client is left out if its id is in use again. The Link header leads to the next page; a page may be shorter than its limit if many ids are in use again.
         */
        get: operations["listDeletedClients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Exports all clients of the domain, without their secrets
         * @description One JSON object a line, ordered by clientId, each as it was when it was read. An answer that breaks off before its end ends with the connection.
         */
        get: operations["exportClients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Finds what somebody should look at among the clients of the domain
         * @description Changes nothing. Each finding has one of these codes:
         *
         *     - `not_seen`: For that many days, nobody has read the client by its id, in any API, and none of its secrets was verified. The server does not see reads of lists and exports, nor what other servers answer from a cache or copy of their own, and it knows nothing about days before the record of sightings began. ([RFC 7592 §2.3](https://www.rfc-editor.org/rfc/rfc7592#section-2.3))
         *     - `secret_never_used`: A secret that is older than 30 days and was never verified here. ([RFC 6819 §5.2.3.6](https://www.rfc-editor.org/rfc/rfc6819#section-5.2.3.6))
         *     - `secret_never_expires`: A secret without an expiry: a thief can use it until somebody notices. ([RFC 7591 §3.2.1](https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1))
         *     - `secret_outlives_rule`: A secret that expires later than the domain’s rule (`maxSecretAgeDays`) allows, because it was made before the rule. A secret that never expires is a `secret_never_expires` instead. ([RFC 7591 §3.2.1](https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1))
         *     - `unknown_audience`: Audiences that are not the id of any client in the domain. ([RFC 9700 §2.3](https://www.rfc-editor.org/rfc/rfc9700#section-2.3))
         *     - `unknown_policy`: Policies that are not among those that the caller names in the parameter `policies`. The registry has no list of policies: without the parameter there is no such finding. ([RFC 9700 §2.3](https://www.rfc-editor.org/rfc/rfc9700#section-2.3))
         *     - `no_grants`: A legacy client: it was registered without grant types, so an authorization server has to guess what it may do. ([RFC 7591 §2](https://www.rfc-editor.org/rfc/rfc7591#section-2))
         *     - `localhost_beside_https`: Redirect URIs on `localhost` beside https ones, mostly left over from development; for a Confidential client also those on 127.0.0.1 and [::1], which native apps may have. ([RFC 8252 §8.3](https://www.rfc-editor.org/rfc/rfc8252#section-8.3))
         *
         *     The findings are ordered by clientId. `limit` counts clients with findings, and all findings of a client are on one page. The server looks at a limited number of clients for each page: so a page can be short, or empty, although the Link header leads to a next one.
         */
        get: operations["listFindings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the domain’s clients what the lines say, all of them or none
         * @description Takes what an export gives. Each line is a whole client: what it does not say takes its default. Secrets stay, whatever it says of them, and so do a suspension, an end and what is said of the client, of which the line says nothing; null ends them. Clients that their managers have locked are not changed in another name: then nothing is written (409). At most 128 KiB a line, 512 MiB and ten minutes in all; each KiB within 15 seconds.
         */
        post: operations["importClients"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads the rules of a domain: how old a secret may become
         * @description A domain has none until somebody sets them.
         */
        get: operations["getPolicy"];
        /**
         * Sets the rules of a domain: how old a secret may become
         * @description They apply to everything that is made from then on, through every API; what exists already stays as it is. A secret that is made without an expiry gets the latest that the rule allows; a later `expiresAt` is refused.
         */
        put: operations["setPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/domains/{domain}/suspensions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the suspended clients of the domain, by clientId
         * @description The Link header leads to the next page.
         */
        get: operations["listSuspensions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/expiring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the secrets, credentials and clients that expire soon, and who made them
         * @description The soonest first, in all domains that you reach, or in one. Clients that expire are those that were registered for a while. With `clients:read` you see clients and their secrets, with `credentials:write` the credentials that `listCredentials` lists; you need at least one of the two. The Link header leads to the next page.
         */
        get: operations["listExpiring"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        About: {
            /** @example shop@example.com */
            contact: string | null;
            /** @example The checkout of the shop */
            description: string | null;
            /**
             * @example {
             *       "team": "shop"
             *     }
             */
            labels: {
                [key: string]: string;
            };
            /**
             * @description Whether the client is changed only in the name of its manager.
             * @example true
             */
            locked: boolean;
            /** @example terraform */
            managedBy: string | null;
            /** @example Team Shop */
            owner: string | null;
        };
        AboutInLine: {
            /**
             * @description Whom to ask: an address, a channel, a number.
             * @example shop@example.com
             */
            contact?: string | null;
            /** @example The checkout of the shop */
            description?: string | null;
            /**
             * @example {
             *       "team": "shop",
             *       "example.com/tier": "gold"
             *     }
             */
            labels?: {
                [key: string]: string;
            } | null;
            /**
             * @description true: the client is changed only in the name of its manager (the header Managed-By). Needs managedBy.
             * @example false
             */
            locked?: boolean | null;
            /**
             * @description The name of the tool or of the team that manages the client.
             * @example terraform
             */
            managedBy?: string | null;
            /** @example Team Shop */
            owner?: string | null;
        };
        AuditEntry: {
            /** @example client.changed */
            action: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /**
             * @description With the registry’s own names of the fields; the description of `listAuditEntries` lists the names in each API. A creation or a deletion leaves out fields that are null or an empty list.
             * @example {
             *       "scope": {
             *         "before": "openid",
             *         "after": "openid profile"
             *       }
             *     }
             */
            changes: {
                [key: string]: unknown;
            };
            /** @example my-app */
            clientId: string | null;
            credential: components["schemas"]["Who"];
            /** @example v1 */
            dialect: string;
            /** @example default */
            domain: string | null;
            /**
             * @description Its position in the log of its domain: of two entries of a domain, the later one has the greater id.
             * @example 1769860800000000
             */
            id: string;
            /** @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e */
            requestId: string;
        };
        ClientLine: {
            /** @description Absent: what is said of the client stays as it is. null: nothing is. Otherwise this alone is. */
            about?: components["schemas"]["AboutInLine"] | null;
            /**
             * Format: int32
             * @description Minutes. Absent, null or 0: the default, 90.
             * @default 90
             * @example 90
             */
            accessTokenExpiry?: number | null;
            /**
             * @description What config of the accounts API has beside these two: JSON, together at most 4 KiB and 8 levels.
             * @default null
             * @example {
             *       "signup": true,
             *       "defaultGroups": []
             *     }
             */
            additionalConfig?: {
                [key: string]: unknown;
            } | null;
            /**
             * @default []
             * @example [
             *       "https://my-app.example.com"
             *     ]
             */
            allowedOrigins?: string[] | null;
            /**
             * @default null
             * @example true
             */
            allowLocalLogin?: boolean | null;
            /**
             * @default []
             * @example [
             *       "orders-api"
             *     ]
             */
            audiences?: string[] | null;
            /**
             * @default null
             * @example https://login.example.com
             */
            authUIOrigin?: string | null;
            /** @example my-app */
            clientId: string;
            /**
             * @default null
             * @example My App
             */
            clientName?: string | null;
            /**
             * @example Confidential
             * @enum {string}
             */
            clientType: "Public" | "Confidential";
            /**
             * Format: date-time
             * @description Ignored.
             */
            createdAt?: string | null;
            /**
             * @default null
             * @example [
             *       "facebook"
             *     ]
             */
            disableStrategies?: ("facebook" | "google" | "password")[] | null;
            /**
             * Format: date-time
             * @description When the client ends by itself, as an export says it; null: it does not.
             * @example null
             */
            expiresAt?: string | null;
            /**
             * Format: int32
             * @description The client ends by itself so many seconds after the import began, as by DELETE; 0: it does not. Not together with expiresAt. Without either, or null: as it was.
             * @example 86400
             */
            expiresInSeconds?: number | null;
            /**
             * @description This or grantTypes is needed; both must agree.
             * @example AuthorizationCode
             * @enum {string|null}
             */
            grantType?: "AuthorizationCode" | "ClientCredentials" | null;
            /**
             * @example [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             */
            grantTypes?: ("authorization_code" | "refresh_token" | "client_credentials")[] | null;
            /**
             * Format: int32
             * @description Minutes. Absent, null or 0: the default, 90.
             * @default 90
             * @example 90
             */
            idTokenExpiry?: number | null;
            /**
             * @default null
             * @example https://my-app.example.com/logo.png
             */
            logoURI?: string | null;
            /**
             * @default []
             * @example [
             *       "policy.employees"
             *     ]
             */
            policies?: string[] | null;
            /**
             * @default []
             * @example [
             *       "https://my-app.example.com/goodbye"
             *     ]
             */
            postSignOutRedirectUris?: string[] | null;
            /**
             * @default []
             * @example [
             *       "https://login.partner.example.com"
             *     ]
             */
            providers?: string[] | null;
            /**
             * @default []
             * @example [
             *       "https://my-app.example.com/callback"
             *     ]
             */
            redirectUris?: string[] | null;
            /**
             * Format: int32
             * @description Minutes. Absent, null or 0: the default, 1440.
             * @default 1440
             * @example 1440
             */
            refreshTokenExpiry?: number | null;
            /**
             * @default
             * @example openid profile
             */
            scope?: string | null;
            /**
             * @description Secrets that exist already elsewhere, each in the clear (`secret`) or as a hash (`hash`). The client gets them in place of a generated one when it is created or becomes Confidential. A client that has secrets keeps those.
             * @example null
             */
            secrets?: components["schemas"]["NewSecret"][] | null;
            /**
             * @description Absent: whether the client is suspended stays as it is. null: it is not.
             * @example null
             */
            suspension?: components["schemas"]["SuspensionInLine"] | null;
            /**
             * @default query
             * @example query
             */
            tokenMethod?: (("query" | "cookie" | "body") | ("query" | "cookie" | "body")[]) | null;
            /**
             * Format: date-time
             * @description Ignored.
             */
            updatedAt?: string | null;
        };
        CreateCredentialRequest: {
            /**
             * @description The only domain that it reaches; absent: all domains of the subscription.
             * @example default
             */
            domain?: string | null;
            /**
             * Format: date-time
             * @description When it expires, no later than your own credential; a rotation does not change this. Absent: in six months, or with your own credential if that is sooner, and a rotation begins the six months anew.
             */
            expiresAt?: string | null;
            /** @example ci */
            name: string;
            /**
             * @description What it may do. `clients:propose` allows it to create clients that are suspended until somebody with `clients:write` resumes them; `clients:write` includes this.
             * @default [
             *       "clients:read",
             *       "clients:write"
             *     ]
             * @example [
             *       "clients:read",
             *       "clients:write"
             *     ]
             */
            permissions?: ("clients:read" | "clients:write" | "clients:propose" | "secrets:verify" | "domains:read" | "domains:write" | "credentials:write" | "audit:read")[] | null;
            /**
             * @description The subscription that owns it. By default that of the domain, or else your own; for the operator, `default`.
             * @example default
             */
            subscription?: string | null;
        };
        Credential: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * @description null: all domains of the subscription.
             * @example default
             */
            domain: string | null;
            /**
             * Format: date-time
             * @example 2026-07-31T12:00:00.000Z
             */
            expiresAt: string | null;
            /**
             * @description The last four characters of the API key.
             * @example k9z0
             */
            hint: string;
            /**
             * Format: uuid
             * @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e
             */
            id: string;
            /**
             * Format: date
             * @example 2026-02-01
             */
            lastUsedAt: string | null;
            /** @example ci */
            name: string;
            /**
             * @example [
             *       "clients:read",
             *       "clients:write"
             *     ]
             */
            permissions: ("clients:read" | "clients:write" | "clients:propose" | "secrets:verify" | "domains:read" | "domains:write" | "credentials:write" | "audit:read")[];
            /**
             * Format: date-time
             * @description Until when the previous API key and access token are valid.
             * @example null
             */
            previousExpiresAt: string | null;
            /**
             * @description The last four characters of the previous API key, while that key is still valid.
             * @example null
             */
            previousHint: string | null;
            /**
             * Format: date-time
             * @example null
             */
            revokedAt: string | null;
            /**
             * Format: date-time
             * @example null
             */
            rotatedAt: string | null;
            /**
             * @description null: all subscriptions (the operator).
             * @example default
             */
            subscription: string | null;
        };
        DeletedClient: {
            /** @example my-app */
            clientId: string;
            /** @example My App */
            clientName: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            deletedAt: string;
            /** @description The credential that deleted it. */
            deletedBy: components["schemas"]["Who"];
            /**
             * @description The id of the audit entry of its deletion.
             * @example 1769860800000000
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-03-02T12:00:00.000Z
             */
            restorableUntil: string;
        };
        DescribeClientRequest: {
            /**
             * @description Whom to ask: an address, a channel, a number.
             * @example shop@example.com
             */
            contact?: string | null;
            /** @example The checkout of the shop */
            description?: string | null;
            /**
             * @description Labels that are not named stay, and null takes one away. At most 32 may remain. A key must be 1 to 63 letters, digits, '.', '_', '/' and '-', and begin and end with a letter or digit; a value must be at most 63 letters, digits, '.', '_' and '-', and begin and end with a letter or digit, or is empty.
             * @example {
             *       "team": "shop",
             *       "example.com/tier": "gold"
             *     }
             */
            labels?: {
                [key: string]: string | null;
            } | null;
            /**
             * @description true: the client is changed only in the name of its manager (the header Managed-By). Needs managedBy.
             * @example false
             */
            locked?: boolean | null;
            /**
             * @description The name of the tool or of the team that manages the client.
             * @example terraform
             */
            managedBy?: string | null;
            /** @example Team Shop */
            owner?: string | null;
        };
        Diff: {
            /**
             * @description The fields that differ: `before` is the value in the first version, `after` in the other one.
             * @example {
             *       "scope": {
             *         "before": "openid",
             *         "after": "openid profile"
             *       }
             *     }
             */
            changes: {
                [key: string]: unknown;
            };
        };
        Ending: {
            /**
             * @description The client that expires, or whose secret expires.
             * @example my-app
             */
            clientId: string | null;
            /** @example My App */
            clientName: string | null;
            /**
             * Format: date-time
             * @example 2025-11-02T12:00:00.000Z
             */
            createdAt: string;
            /** @description The credential that made it; null: the audit does not say. */
            createdBy: components["schemas"]["Who"] | null;
            /**
             * Format: int64
             * @description Whole days until then.
             * @example 13
             */
            daysLeft: number;
            /**
             * @description null: a credential for all domains of its subscription.
             * @example default
             */
            domain: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
            /**
             * @description The last four characters of a generated secret or of an API key; else empty.
             * @example 9z0a
             */
            hint: string;
            /**
             * Format: uuid
             * @description The id of the secret or credential.
             * @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e
             */
            id: string | null;
            /**
             * @example secret
             * @enum {string}
             */
            kind: "client" | "credential" | "secret";
            /**
             * @description The name of the secret or credential.
             * @example rotation of January
             */
            name: string | null;
        };
        Finding: {
            /** @example my-app */
            clientId: string;
            /**
             * @description - `not_seen`: For that many days, nobody has read the client by its id, in any API, and none of its secrets was verified. The server does not see reads of lists and exports, nor what other servers answer from a cache or copy of their own, and it knows nothing about days before the record of sightings began. ([RFC 7592 §2.3](https://www.rfc-editor.org/rfc/rfc7592#section-2.3))
             *     - `secret_never_used`: A secret that is older than 30 days and was never verified here. ([RFC 6819 §5.2.3.6](https://www.rfc-editor.org/rfc/rfc6819#section-5.2.3.6))
             *     - `secret_never_expires`: A secret without an expiry: a thief can use it until somebody notices. ([RFC 7591 §3.2.1](https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1))
             *     - `secret_outlives_rule`: A secret that expires later than the domain’s rule (`maxSecretAgeDays`) allows, because it was made before the rule. A secret that never expires is a `secret_never_expires` instead. ([RFC 7591 §3.2.1](https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1))
             *     - `unknown_audience`: Audiences that are not the id of any client in the domain. ([RFC 9700 §2.3](https://www.rfc-editor.org/rfc/rfc9700#section-2.3))
             *     - `unknown_policy`: Policies that are not among those that the caller names in the parameter `policies`. The registry has no list of policies: without the parameter there is no such finding. ([RFC 9700 §2.3](https://www.rfc-editor.org/rfc/rfc9700#section-2.3))
             *     - `no_grants`: A legacy client: it was registered without grant types, so an authorization server has to guess what it may do. ([RFC 7591 §2](https://www.rfc-editor.org/rfc/rfc7591#section-2))
             *     - `localhost_beside_https`: Redirect URIs on `localhost` beside https ones, mostly left over from development; for a Confidential client also those on 127.0.0.1 and [::1], which native apps may have. ([RFC 8252 §8.3](https://www.rfc-editor.org/rfc/rfc8252#section-8.3))
             * @example secret_never_expires
             * @enum {string}
             */
            code: "not_seen" | "secret_never_used" | "secret_never_expires" | "secret_outlives_rule" | "unknown_audience" | "unknown_policy" | "no_grants" | "localhost_beside_https";
            /**
             * Format: uuid
             * @description The secret that it is about, if any.
             * @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e
             */
            secretId: string | null;
            /** @example The secret “ci” …w3Fq, made on 2026-01-31, never expires. */
            sentence: string;
            /** @description The section that says why this matters. */
            source: components["schemas"]["FindingSource"];
            /** @example Add a secret that expires, give it to the application, and then remove this one. With `maxSecretAgeDays` in the rules of the domain, every new secret gets an expiry. */
            whatToDo: string;
        };
        FindingSource: {
            /**
             * Format: uri
             * @example https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
             */
            href: string;
            /** @example RFC 7591 §3.2.1 */
            name: string;
        };
        ImportedClient: {
            /**
             * @example changed
             * @enum {string}
             */
            action: "created" | "changed" | "removed";
            /** @description Of a client that is changed: field by field. */
            changes?: components["schemas"]["LineChange"][];
            /** @example my-app */
            clientId: string;
            /**
             * @description The secret that this import made, shown this once.
             * @example cls_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a
             */
            clientSecret?: string;
            /**
             * @description What becomes of the secrets; set: they are those of the line; absent: nothing.
             * @example created
             * @enum {string}
             */
            secret?: "created" | "set" | "revoked";
        };
        ImportSummary: {
            /**
             * Format: int64
             * @example 1
             */
            changed: number;
            /**
             * Format: int64
             * @example 1
             */
            created: number;
            /** @example false */
            dryRun: boolean;
            /**
             * Format: int64
             * @example 0
             */
            removed: number;
            /**
             * Format: int64
             * @description How many lines have secrets that were not taken, because their clients have some; absent: none.
             * @example 1
             */
            secretsNotTaken?: number;
            /**
             * Format: int64
             * @description These are counted, and not listed.
             * @example 98
             */
            unchanged: number;
        };
        IssuedCredential: {
            /**
             * @description Sent as Authorization: Bearer.
             * @example eyJhbGciOiJSUzUxMiJ9.eyJqdGkiOiI2ZjFjIn0.c2lnbmF0dXJl
             */
            accessToken: string;
            /**
             * @description Sent as x-api-key.
             * @example clk_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a
             */
            apiKey: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * @description null: all domains of the subscription.
             * @example default
             */
            domain: string | null;
            /**
             * Format: date-time
             * @example 2026-07-31T12:00:00.000Z
             */
            expiresAt: string | null;
            /**
             * @description The last four characters of the API key.
             * @example k9z0
             */
            hint: string;
            /**
             * Format: uuid
             * @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e
             */
            id: string;
            /**
             * Format: date
             * @example 2026-02-01
             */
            lastUsedAt: string | null;
            /** @example ci */
            name: string;
            /**
             * @example [
             *       "clients:read",
             *       "clients:write"
             *     ]
             */
            permissions: ("clients:read" | "clients:write" | "clients:propose" | "secrets:verify" | "domains:read" | "domains:write" | "credentials:write" | "audit:read")[];
            /**
             * Format: date-time
             * @description Until when the previous API key and access token are valid.
             * @example null
             */
            previousExpiresAt: string | null;
            /**
             * @description The last four characters of the previous API key, while that key is still valid.
             * @example null
             */
            previousHint: string | null;
            /**
             * Format: date-time
             * @example null
             */
            revokedAt: string | null;
            /**
             * Format: date-time
             * @example null
             */
            rotatedAt: string | null;
            /**
             * @description null: all subscriptions (the operator).
             * @example default
             */
            subscription: string | null;
        };
        LineChange: {
            /** @example openid profile */
            after: (string | string[] | boolean | number | {
                [key: string]: unknown;
            }) | null;
            /** @example openid */
            before: (string | string[] | boolean | number | {
                [key: string]: unknown;
            }) | null;
            /** @example scope */
            field: string;
        };
        ListedClient: {
            /** @description null: nothing is said of it. */
            about: components["schemas"]["About"] | null;
            /** @example my-app */
            clientId: string;
            /** @example My App */
            clientName: string | null;
        };
        NewSecret: {
            /**
             * Format: date-time
             * @description When the new secret ends; absent: never, or as late as the rules of the domain allow.
             */
            expiresAt?: string | null;
            /** @description The hash of a secret that exists already elsewhere: its fields, or a text as bcrypt (`$2b$10$…`) and Ory (`$pbkdf2-sha256$i=25000,l=32$…$…`) write it. bcrypt: a cost of 4 to 13; secrets of more than 72 bytes are never good. Nor are those with NUL, of bcrypt and PBKDF2. */
            hash?: (string | components["schemas"]["SecretHash"]) | null;
            /** @example rotation of January */
            name?: string | null;
            /** @description A secret that exists already elsewhere, 8 to 1000 characters that can be seen. It is in no answer. Not together with hash. */
            secret?: string | null;
        };
        Policy: {
            /**
             * Format: int32
             * @description Secrets that are made from now on expire after at most this many days; null: no limit.
             * @example 90
             */
            maxSecretAgeDays: number | null;
        };
        /** @description A problem document (RFC 9457), with the members that clients of ASP.NET know. */
        ProblemDetails: {
            detail?: string;
            /** @description The violations by their place in the body, e.g. `redirectUris[0]`. */
            errors?: {
                [key: string]: string[];
            };
            /** Format: int64 */
            status: number;
            title: string;
            /** @description The id of the request, as in x-request-id and in the server’s log. */
            traceId: string;
            /**
             * Format: uri
             * @description A page that explains this kind of problem.
             */
            type: string;
        };
        RestoredClient: {
            /** @example my-app */
            clientId: string;
            /** @description A secret that was made because the client needs one and had none. Shown only this once. */
            clientSecret?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * @description With the registry’s own names of the fields; the description of `getVersion` lists the names in each API.
             * @example {
             *       "clientName": "My App",
             *       "clientType": "public",
             *       "grantTypes": [
             *         "authorization_code"
             *       ],
             *       "scope": "openid"
             *     }
             */
            metadata: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        RotateCredentialRequest: {
            /**
             * Format: int32
             * @description How long the present API key and access token stay valid, never longer than they would have been; 0: all but the new ones become invalid at once.
             * @default 86400
             * @example 3600
             */
            previousExpiresInSeconds?: number | null;
        };
        SecretHash: {
            /**
             * @example pbkdf2-sha256
             * @enum {string}
             */
            algorithm: "sha256" | "pbkdf2-sha256" | "pbkdf2-sha512" | "bcrypt";
            /**
             * @description How hash and salt are written. Absent: a text of hexadecimal digits alone is hexadecimal, any other is Base64 (also that of URLs, and without `=`).
             * @enum {string|null}
             */
            encoding?: "base64" | "hex" | null;
            /**
             * @description sha256: 32 bytes; PBKDF2: 16 to 32 bytes, or 64 with SHA-512. bcrypt: the whole text (`$2b$10$…`).
             * @example r7RTtC85Z8FqIQxAHRH0LzGO2rjKgUVQ0OtVcWHDbYg
             */
            hash: string;
            /**
             * Format: int32
             * @description Of PBKDF2; with SHA-512 at most 500,000.
             * @example 25000
             */
            iterations?: number | null;
            /**
             * @description Of PBKDF2: 8 to 128 bytes.
             * @example c2FsdC1vZi10aGlzLXNlY3JldA
             */
            salt?: string | null;
        };
        SuspendClientRequest: {
            /** @example Its secret was found in a public repository */
            reason?: string | null;
            /**
             * Format: date-time
             * @description When the suspension ends by itself; absent: only when somebody resumes the client.
             */
            until?: string | null;
        };
        SuspendedClient: {
            /**
             * Format: uuid
             * @description The credential that suspended the client on these terms, or proposed it.
             * @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e
             */
            by: string | null;
            /** @example my-app */
            clientId: string;
            /** @example My App */
            clientName: string | null;
            /** @example Its secret was found in a public repository */
            reason: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            since: string;
            /**
             * Format: date-time
             * @description When the suspension ends by itself; null: only when somebody resumes the client.
             * @example null
             */
            until: string | null;
        };
        Suspension: {
            /**
             * Format: uuid
             * @description The credential that suspended the client on these terms, or proposed it.
             * @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e
             */
            by: string | null;
            /** @example Its secret was found in a public repository */
            reason: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            since: string;
            /**
             * Format: date-time
             * @description When the suspension ends by itself; null: only when somebody resumes the client.
             * @example null
             */
            until: string | null;
        };
        SuspensionInLine: {
            /**
             * Format: uuid
             * @description Ignored.
             */
            by?: string | null;
            /** @example Its secret was found in a public repository */
            reason?: string | null;
            /**
             * Format: date-time
             * @description Ignored.
             */
            since?: string | null;
            /**
             * Format: date-time
             * @description When the suspension ends by itself; absent: only when somebody resumes the client.
             */
            until?: string | null;
        };
        Version: {
            entry: components["schemas"]["AuditEntry"];
            /**
             * @description With the registry’s own names of the fields; the description of `getVersion` lists the names in each API.
             * @example {
             *       "clientName": "My App",
             *       "clientType": "public",
             *       "grantTypes": [
             *         "authorization_code"
             *       ],
             *       "scope": "openid"
             *     }
             */
            metadata: {
                [key: string]: unknown;
            };
        };
        Who: {
            /**
             * Format: uuid
             * @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e
             */
            id: string | null;
            /** @example ci */
            name: string;
        };
        WholeClient: {
            /** @description Whose it is, and who alone changes it; null: nothing is said of it. */
            about: components["schemas"]["About"] | null;
            /**
             * Format: int64
             * @description Minutes.
             * @example 90
             */
            accessTokenExpiry: number;
            /**
             * @description What config of the accounts API has beside these two: JSON, together at most 4 KiB and 8 levels.
             * @example {
             *       "signup": true,
             *       "defaultGroups": []
             *     }
             */
            additionalConfig: {
                [key: string]: unknown;
            } | null;
            /**
             * @example [
             *       "https://my-app.example.com"
             *     ]
             */
            allowedOrigins: string[];
            /** @example true */
            allowLocalLogin: boolean | null;
            /**
             * @example [
             *       "orders-api"
             *     ]
             */
            audiences: string[];
            /** @example https://login.example.com */
            authUIOrigin: string | null;
            /** @example my-app */
            clientId: string;
            /** @example My App */
            clientName: string | null;
            /**
             * @example Confidential
             * @enum {string}
             */
            clientType: "Public" | "Confidential";
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * @example [
             *       "facebook"
             *     ]
             */
            disableStrategies: ("facebook" | "google" | "password")[] | null;
            /**
             * Format: date-time
             * @description When the client ends by itself; null: it does not.
             * @example null
             */
            expiresAt: string | null;
            /**
             * @description As v1 shows it.
             * @example AuthorizationCode
             * @enum {string}
             */
            grantType: "AuthorizationCode" | "ClientCredentials";
            /**
             * @example [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             */
            grantTypes: ("authorization_code" | "refresh_token" | "client_credentials")[];
            /**
             * Format: int64
             * @description Minutes.
             * @example 90
             */
            idTokenExpiry: number;
            /** @example https://my-app.example.com/logo.png */
            logoURI: string | null;
            /**
             * @example [
             *       "policy.employees"
             *     ]
             */
            policies: string[];
            /**
             * @example [
             *       "https://my-app.example.com/goodbye"
             *     ]
             */
            postSignOutRedirectUris: string[];
            /**
             * @example [
             *       "https://login.partner.example.com"
             *     ]
             */
            providers: string[];
            /**
             * @example [
             *       "https://my-app.example.com/callback"
             *     ]
             */
            redirectUris: string[];
            /**
             * Format: int64
             * @description Minutes.
             * @example 1440
             */
            refreshTokenExpiry: number;
            /** @example openid profile */
            scope: string;
            /**
             * @description null: the client is not suspended. No secret of a suspended client verifies.
             * @example null
             */
            suspension: components["schemas"]["Suspension"] | null;
            /** @example query */
            tokenMethod: ("query" | "cookie" | "body") | ("query" | "cookie" | "body")[];
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description With RATE_LIMIT: how many requests are left of it, and for how many seconds. */
        RateLimit: string;
        /** @description With RATE_LIMIT, on every answer to a caller who is let in: the limit that ends first. */
        "RateLimit-Policy": string;
        /** @description After how many seconds to try again. */
        "Retry-After": number;
        /** @description How to say who calls. */
        "WWW-Authenticate": string;
        /** @description The id of the request, as in the server’s log: the one that it came with, or a new one. */
        "X-Request-Id": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAuditEntries: {
        parameters: {
            query?: {
                /** @description Only changes of this kind, such as `client.deleted`. */
                action?: string;
                /** @description Only entries after this id, in the requested order. */
                after?: string;
                /** @description Only changes of clients with this id. */
                clientId?: string;
                /** @description Only changes by the credential with this id. */
                credential?: string;
                /** @description Only changes in this domain. */
                domain?: string;
                /** @description Only changes at this time or later. */
                from?: string;
                /** @description More than 100 counts as 100. */
                limit?: number;
                /** @description Whether the oldest (`asc`) or the newest (`desc`) come first. */
                order?: "asc" | "desc";
                /** @description Only changes at this time or earlier. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entries. */
            200: {
                headers: {
                    /** @description Where the next page is (rel="next"), if there is one. */
                    Link?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntry"][];
                };
            };
            /** @description A parameter cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "limit": [
                     *           "limit must be a whole number of at least 1."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission audit:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    followChanges: {
        parameters: {
            query?: {
                /** @description Only changes of clients with this id. */
                clientId?: string;
                /** @description Only changes in this domain. */
                domain?: string;
                /** @description For callers that cannot set the header `Last-Event-ID`. If both are given, the header counts. */
                lastEventId?: string;
            };
            header?: {
                /** @description The `id` of the last event that was received. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events, as they come. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *     id: 1769860799000000
                     *     event: position
                     *     data: {"id":"1769860799000000"}
                     *
                     *     id: 1769860800000000
                     *     event: change
                     *     data: {"id":"1769860800000000","at":"2026-01-31T12:00:00.000Z","domain":"default","credential":{"id":"6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e","name":"ci"},"dialect":"v1","requestId":"6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1f","action":"client.changed","clientId":"my-app","changes":{"scope":{"before":"openid","after":"openid profile"}}}
                     *
                     *     : nothing new
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission audit:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential has 20 streams open already, or its subscription 100, or it asks too often. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listCredentials: {
        parameters: {
            query?: {
                /** @description Only ids after this one. */
                after?: string;
                /** @description More than 100 counts as 100. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credentials, revoked ones included. */
            200: {
                headers: {
                    /** @description Where the next page is (rel="next"), if there is one. */
                    Link?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"][];
                };
            };
            /** @description A parameter cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "limit": [
                     *           "limit must be a whole number of at least 1."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission credentials:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    createCredential: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key gets the same answer, secret included, for ten minutes. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCredentialRequest"];
            };
        };
        responses: {
            /** @description The credential with its API key and access token, which are shown only this once. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedCredential"];
                };
            };
            /** @description The body breaks rules; all of them are listed, or the first 100. Nothing was written. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "colour": [
                     *           "colour is not a field that exists here."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission credentials:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description What is on record does not allow it. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body has more than 64 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/body-too-large",
                     *       "title": "The body is too large",
                     *       "status": 413,
                     *       "detail": "The body has more than 64 KiB.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is compressed, or says of what type it is in a way that cannot be understood. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unsupported-media-type",
                     *       "title": "The media type is not supported",
                     *       "status": 415,
                     *       "detail": "A body in the content encoding gzip is not accepted.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/idempotency-key-reused",
                     *       "title": "The Idempotency-Key came with another request before",
                     *       "status": 422,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credential. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission credentials:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such credential.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    revokeCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credential is revoked. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission credentials:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such credential.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description What is on record does not allow it. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/conflict",
                     *       "title": "The request conflicts with the present state",
                     *       "status": 409,
                     *       "detail": "The last credential of the operator cannot be revoked.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    rotateOwnCredential: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key gets the same answer, secret included, for ten minutes. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateCredentialRequest"];
            };
        };
        responses: {
            /** @description The credential with its new API key and access token, which are shown only this once. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedCredential"];
                };
            };
            /** @description The body breaks rules; all of them are listed, or the first 100. Nothing was written. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "colour": [
                     *           "colour is not a field that exists here."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description What is on record does not allow it. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body has more than 64 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/body-too-large",
                     *       "title": "The body is too large",
                     *       "status": 413,
                     *       "detail": "The body has more than 64 KiB.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is compressed, or says of what type it is in a way that cannot be understood. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unsupported-media-type",
                     *       "title": "The media type is not supported",
                     *       "status": 415,
                     *       "detail": "A body in the content encoding gzip is not accepted.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/idempotency-key-reused",
                     *       "title": "The Idempotency-Key came with another request before",
                     *       "status": 422,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    findClients: {
        parameters: {
            query?: {
                /** @description Only clients with ids after this one. */
                after?: string;
                /** @description Only clients with this label: `key`, or `key=value`. */
                label?: string;
                /** @description More than 100 counts as 100. */
                limit?: number;
                /** @description Only clients that this tool or team manages. */
                managedBy?: string;
                /** @description Only clients of this owner. */
                owner?: string;
            };
            header?: never;
            path: {
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The clients. */
            200: {
                headers: {
                    /** @description Where the next page is (rel="next"), if there is one. */
                    Link?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedClient"][];
                };
            };
            /** @description A parameter cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "limit": [
                     *           "limit must be a whole number of at least 1."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getWholeClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
            };
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client, with effective values. */
            200: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeClient"];
                };
            };
            /** @description The client still has the ETag given in If-None-Match. */
            304: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such client.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    describeClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags, or * for any: only if the client has one of them. */
                "If-Match"?: string;
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
                /** @description A date: only if the client was not changed since. */
                "If-Unmodified-Since"?: string;
                /** @description The name of the manager in whose name the caller writes, needed for clients that this manager has locked. `*`, from the operator alone: whoever it is. */
                "Managed-By"?: string;
            };
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DescribeClientRequest"];
            };
        };
        responses: {
            /** @description All that is said of the client now. */
            200: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["About"];
                };
            };
            /** @description The body breaks rules; all of them are listed, or the first 100. Nothing was written. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "colour": [
                     *           "colour is not a field that exists here."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such client.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description What is on record does not allow it. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/conflict",
                     *       "title": "The request conflicts with the present state",
                     *       "status": 409,
                     *       "detail": "Locked by who manages it, and changed only with that name in the header Managed-By: my-app by terraform.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description If-Match, If-None-Match or If-Unmodified-Since does not hold. */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/precondition-failed",
                     *       "title": "The precondition does not hold",
                     *       "status": 412,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body has more than 64 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/body-too-large",
                     *       "title": "The body is too large",
                     *       "status": 413,
                     *       "detail": "The body has more than 64 KiB.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is compressed, or says of what type it is in a way that cannot be understood. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unsupported-media-type",
                     *       "title": "The media type is not supported",
                     *       "status": 415,
                     *       "detail": "A body in the content encoding gzip is not accepted.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    restoreClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key gets the same answer, secret included, for ten minutes. */
                "Idempotency-Key"?: string;
            };
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client as it is now. */
            201: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    /**
                     * @description When the client ends by itself, an HTTP date (RFC 9110 §5.6.7). Absent: it does not.
                     * @example Sat, 31 Jan 2026 12:00:00 GMT
                     */
                    "Expires-At"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoredClient"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such client.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description What is on record does not allow it. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body has more than 64 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/body-too-large",
                     *       "title": "The body is too large",
                     *       "status": 413,
                     *       "detail": "The body has more than 64 KiB.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is compressed, or says of what type it is in a way that cannot be understood. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unsupported-media-type",
                     *       "title": "The media type is not supported",
                     *       "status": 415,
                     *       "detail": "A body in the content encoding gzip is not accepted.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/idempotency-key-reused",
                     *       "title": "The Idempotency-Key came with another request before",
                     *       "status": 422,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getSuspension: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
            };
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The suspension. */
            200: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suspension"];
                };
            };
            /** @description The client still has the ETag given in If-None-Match. */
            304: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such suspension.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    suspendClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags, or * for any: only if the client has one of them. */
                "If-Match"?: string;
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
                /** @description A date: only if the client was not changed since. */
                "If-Unmodified-Since"?: string;
                /** @description The name of the manager in whose name the caller writes, needed for clients that this manager has locked. `*`, from the operator alone: whoever it is. */
                "Managed-By"?: string;
            };
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SuspendClientRequest"];
            };
        };
        responses: {
            /** @description The suspension. */
            200: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suspension"];
                };
            };
            /** @description The body breaks rules; all of them are listed, or the first 100. Nothing was written. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "colour": [
                     *           "colour is not a field that exists here."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such client.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description What is on record does not allow it. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/conflict",
                     *       "title": "The request conflicts with the present state",
                     *       "status": 409,
                     *       "detail": "Locked by who manages it, and changed only with that name in the header Managed-By: my-app by terraform.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description If-Match, If-None-Match or If-Unmodified-Since does not hold. */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/precondition-failed",
                     *       "title": "The precondition does not hold",
                     *       "status": 412,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body has more than 64 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/body-too-large",
                     *       "title": "The body is too large",
                     *       "status": 413,
                     *       "detail": "The body has more than 64 KiB.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is compressed, or says of what type it is in a way that cannot be understood. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unsupported-media-type",
                     *       "title": "The media type is not supported",
                     *       "status": 415,
                     *       "detail": "A body in the content encoding gzip is not accepted.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    resumeClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags, or * for any: only if the client has one of them. */
                "If-Match"?: string;
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
                /** @description A date: only if the client was not changed since. */
                "If-Unmodified-Since"?: string;
                /** @description The name of the manager in whose name the caller writes, needed for clients that this manager has locked. `*`, from the operator alone: whoever it is. */
                "Managed-By"?: string;
            };
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client is not suspended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such client.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description What is on record does not allow it. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/conflict",
                     *       "title": "The request conflicts with the present state",
                     *       "status": 409,
                     *       "detail": "Locked by who manages it, and changed only with that name in the header Managed-By: my-app by terraform.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description If-Match, If-None-Match or If-Unmodified-Since does not hold. */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/precondition-failed",
                     *       "title": "The precondition does not hold",
                     *       "status": 412,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listVersions: {
        parameters: {
            query?: {
                /** @description Only versions after this id. */
                after?: string;
                /** @description More than 100 counts as 100. */
                limit?: number;
            };
            header?: never;
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes. */
            200: {
                headers: {
                    /** @description Where the next page is (rel="next"), if there is one. */
                    Link?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntry"][];
                };
            };
            /** @description A parameter cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "limit": [
                     *           "limit must be a whole number of at least 1."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission audit:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such client.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
                /** @description The id of the audit entry that made it. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission audit:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such version.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    compareVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
                /** @description The version to compare it with. */
                other: string;
                /** @description The id of the audit entry that made it. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The fields that differ. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diff"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission audit:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such version.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    restoreVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key gets the same answer, secret included, for ten minutes. */
                "Idempotency-Key"?: string;
                /** @description ETags, or * for any: only if the client has one of them. */
                "If-Match"?: string;
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
                /** @description A date: only if the client was not changed since. */
                "If-Unmodified-Since"?: string;
                /** @description The name of the manager in whose name the caller writes, needed for clients that this manager has locked. `*`, from the operator alone: whoever it is. */
                "Managed-By"?: string;
            };
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
                /** @description The id of the audit entry that made it. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client as it is now. */
            200: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    /**
                     * @description When the client ends by itself, an HTTP date (RFC 9110 §5.6.7). Absent: it does not.
                     * @example Sat, 31 Jan 2026 12:00:00 GMT
                     */
                    "Expires-At"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoredClient"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such version.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description What is on record does not allow it. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description If-Match, If-None-Match or If-Unmodified-Since does not hold. */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/precondition-failed",
                     *       "title": "The precondition does not hold",
                     *       "status": 412,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body has more than 64 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/body-too-large",
                     *       "title": "The body is too large",
                     *       "status": 413,
                     *       "detail": "The body has more than 64 KiB.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is compressed, or says of what type it is in a way that cannot be understood. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unsupported-media-type",
                     *       "title": "The media type is not supported",
                     *       "status": 415,
                     *       "detail": "A body in the content encoding gzip is not accepted.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/idempotency-key-reused",
                     *       "title": "The Idempotency-Key came with another request before",
                     *       "status": 422,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listDeletedClients: {
        parameters: {
            query?: {
                /** @description Only deletions before the one with this id. */
                after?: string;
                /** @description More than 100 counts as 100. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The clients. */
            200: {
                headers: {
                    /** @description Where the next page is (rel="next"), if there is one. */
                    Link?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedClient"][];
                };
            };
            /** @description A parameter cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "limit": [
                     *           "limit must be a whole number of at least 1."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission audit:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    exportClients: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The clients. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listFindings: {
        parameters: {
            query?: {
                /** @description Only findings about clients after this id. */
                after?: string;
                /** @description Only findings about this client. */
                clientId?: string;
                /** @description Only findings with this code. */
                code?: "not_seen" | "secret_never_used" | "secret_never_expires" | "secret_outlives_rule" | "unknown_audience" | "unknown_policy" | "no_grants" | "localhost_beside_https";
                /** @description More than 100 counts as 100. */
                limit?: number;
                /** @description After how many days without a sighting a client is a finding (`not_seen`). */
                notSeenFor?: string;
                /** @description The ids of all policies that exist, at most 100, with commas between them. The registry does not know them: without this parameter there are no findings about policies. */
                policies?: string;
            };
            header?: never;
            path: {
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The findings. */
            200: {
                headers: {
                    /** @description Where the next page is (rel="next"), if there is one. */
                    Link?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Finding"][];
                };
            };
            /** @description A parameter cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "limit": [
                     *           "limit must be a whole number of at least 1."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    importClients: {
        parameters: {
            query?: {
                /** @description Write nothing, and tell what would change. */
                dryRun?: boolean;
                /** @description A body without lines is a domain without clients; else it is refused, as it may be a broken pipe. */
                empty?: boolean;
                /** @description Remove the clients that no line names. */
                prune?: boolean;
            };
            header?: {
                /** @description The name of the manager in whose name the caller writes, needed for clients that this manager has locked. `*`, from the operator alone: whoever it is. */
                "Managed-By"?: string;
            };
            path: {
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description The first line sums up; one line for each client that is created, changed or removed follows. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description The body breaks rules; all of them are listed, or the first 100. Nothing was written. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "line 7: redirectUris": [
                     *           "line 7: redirectUris must be an array of strings."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The next KiB of the body did not come in time. */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/body-late",
                     *       "title": "The body did not come in time",
                     *       "status": 408,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description What is on record does not allow it. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body has more than 512 MiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/body-too-large",
                     *       "title": "The body is too large",
                     *       "status": 413,
                     *       "detail": "The body has more than 512 MiB.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is compressed, or says of what type it is in a way that cannot be understood. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unsupported-media-type",
                     *       "title": "The media type is not supported",
                     *       "status": 415,
                     *       "detail": "A body in the content encoding gzip is not accepted.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/bad-request",
                     *       "title": "The request cannot be understood",
                     *       "status": 400,
                     *       "detail": "The query string has a bad escape.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission domains:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    setPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Policy"];
            };
        };
        responses: {
            /** @description The rules as they are now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            /** @description The body breaks rules; all of them are listed, or the first 100. Nothing was written. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "colour": [
                     *           "colour is not a field that exists here."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission domains:write.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body has more than 64 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/body-too-large",
                     *       "title": "The body is too large",
                     *       "status": 413,
                     *       "detail": "The body has more than 64 KiB.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The body is compressed, or says of what type it is in a way that cannot be understood. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unsupported-media-type",
                     *       "title": "The media type is not supported",
                     *       "status": 415,
                     *       "detail": "A body in the content encoding gzip is not accepted.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listSuspensions: {
        parameters: {
            query?: {
                /** @description Only clients with ids after this one. */
                after?: string;
                /** @description More than 100 counts as 100. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The suspensions. */
            200: {
                headers: {
                    /** @description Where the next page is (rel="next"), if there is one. */
                    Link?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuspendedClient"][];
                };
            };
            /** @description A parameter cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "limit": [
                     *           "limit must be a whole number of at least 1."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listExpiring: {
        parameters: {
            query?: {
                /** @description Only what comes after this place in the list. The Link header contains it. */
                after?: string;
                /** @description Only what belongs to this domain. Credentials for all domains of a subscription belong to none. */
                domain?: string;
                /** @description More than 100 counts as 100. */
                limit?: number;
                /** @description Only what expires within this many days (`30d`) or hours (`12h`), at most 366 days. */
                within?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What expires. */
            200: {
                headers: {
                    /** @description Where the next page is (rel="next"), if there is one. */
                    Link?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ending"][];
                };
            };
            /** @description A parameter cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/validation-failed",
                     *       "title": "One or more validation errors occurred",
                     *       "status": 400,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "errors": {
                     *         "limit": [
                     *           "limit must be a whole number of at least 1."
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no credential, or it is not good for this. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unauthorized",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The credential lacks a permission, or would grant more than it has. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/forbidden",
                     *       "title": "The credential does not allow this",
                     *       "status": 403,
                     *       "detail": "The credential lacks the permission clients:read.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/not-found",
                     *       "title": "There is nothing here",
                     *       "status": 404,
                     *       "detail": "There is no such domain.",
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too many requests; try again after Retry-After seconds. */
            429: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/rate-limited",
                     *       "title": "Too many requests",
                     *       "status": 429,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The server failed; its log knows the id of the request. */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/internal",
                     *       "title": "An unexpected error occurred",
                     *       "status": 500,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description The database, or the issuer of the token, cannot be reached at the moment; try again after Retry-After seconds. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/unavailable",
                     *       "title": "The service is temporarily unavailable",
                     *       "status": 503,
                     *       "traceId": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
}
