// Made from the OpenAPI document by `npm run generate`; do not edit.
export interface paths {
    "/v1/domain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gets the domains of the subscription that the key belongs to
         * @description A key that is bound to one domain sees that one; the operator sees all.
         */
        get: operations["listDomains"];
        put?: never;
        /**
         * Creates a domain; without a name, one is generated
         * @description It belongs to the subscription of the key, unless the operator names another.
         */
        post: operations["createDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domain/{domain}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Deletes a domain and its clients
         * @description Irreversible. From the answer on, the domain is gone, and no key or client of it works.
         */
        delete: operations["deleteDomain"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domain/{domain}/client": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gets a list of clients registered under the domain specified in the url
         * @description Ordered by clientId. Without parameters: all of them. With `limit`, the Link header leads to the next page.
         */
        get: operations["listClients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domain/{domain}/client/{clientId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gets the full state of a client
         * @description Never a secret. What it returns can be PUT back unchanged.
         */
        get: operations["getClient"];
        /**
         * Provisions or updates a client
         * @description Idempotent: the client is configured to the state that the body defines. Fields that are absent take their defaults. An unchanged PUT writes nothing, unless `expiresInSeconds` renews the client: that changes neither its ETag nor its versions. A credential with `clients:propose` and not `clients:write` may create clients, which are suspended until they are resumed, and change those that it created until then.
         */
        put: operations["putClient"];
        post?: never;
        /**
         * Deletes a client
         * @description Irreversible. The application that uses this client will immediately stop working.
         */
        delete: operations["deleteClient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domain/{domain}/client/{clientId}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the live secrets of a client, never their values
         * @description A client that is Public has none.
         */
        get: operations["listSecrets"];
        put?: never;
        /**
         * Adds a secret, so that the older ones can be replaced without a gap
         * @description A generated secret, or one that exists already elsewhere: in the clear (`secret`), or as the hash that another system stores (`hash`). The hash becomes one of ours when the secret is presented for the first time.
         */
        post: operations["addSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domain/{domain}/client/{clientId}/secrets/{secretId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends a secret at once
         * @description From the answer on, it verifies no more. The last secret of a Confidential client cannot be removed.
         */
        delete: operations["removeSecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domain/{domain}/client/{clientId}/secrets/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tells an authorization server whether a secret is good
         * @description For a client that does not exist, the answer is the same as for a wrong secret. The secrets of a suspended client are not valid either; only a caller who presents the right one learns that the client is suspended. Secrets that somebody chose are compared with ten different wrong guesses a minute, then with one new guess a second (429 with `Retry-After` for others); one that was right the last time is always compared, and so are generated ones.
         */
        post: operations["verifySecret"];
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
        AddedSecret: {
            /**
             * @description null: the secret was not generated.
             * @example cls_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a
             */
            clientSecret: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example null
             */
            expiresAt: string | null;
            /**
             * @description The last four characters of a generated secret; empty for any other.
             * @example 9z0a
             */
            hint: string;
            /**
             * Format: uuid
             * @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e
             */
            id: string;
            /**
             * Format: date
             * @description The day of its last use.
             * @example 2026-02-01
             */
            lastUsedAt: string | null;
            /** @example rotation of January */
            name: string | null;
        };
        AddSecretRequest: {
            /**
             * Format: date-time
             * @description When the new secret expires; absent: never, or as late as the rules of the domain allow.
             */
            expiresAt?: string | null;
            /** @description The hash of a secret that exists already elsewhere: its fields, or a text as bcrypt (`$2b$10$…`) and Ory (`$pbkdf2-sha256$i=25000,l=32$…$…`) write it. bcrypt: a cost of 4 to 13; secrets of more than 72 bytes are never good. Nor are those with NUL, of bcrypt and PBKDF2. */
            hash?: (string | components["schemas"]["SecretHash"]) | null;
            /** @example rotation of January */
            name?: string | null;
            /**
             * Format: int32
             * @description For how long the older secrets stay valid, never longer than without this request; 0: they expire at once.
             * @default 86400
             * @example 3600
             */
            previousExpiresInSeconds?: number | null;
            /** @description A secret that exists already elsewhere, 8 to 1000 characters that can be seen. It is in no answer. Not together with hash. */
            secret?: string | null;
        };
        Client: {
            /**
             * Format: int64
             * @example 90
             */
            accessTokenExpiry: number;
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
            /** @example my-app */
            clientId: string;
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
             * @example AuthorizationCode
             * @enum {string}
             */
            grantType: "AuthorizationCode" | "ClientCredentials";
            /**
             * Format: int64
             * @example 90
             */
            idTokenExpiry: number;
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
             * @example 1440
             */
            refreshTokenExpiry: number;
            /** @example openid profile */
            scope: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        ClientListItem: {
            /** @example my-app */
            clientId: string;
        };
        CreateDomainRequest: {
            /**
             * @description Absent: a name is generated.
             * @example login.example.com
             */
            domain?: string | null;
            /**
             * @description For the operator: whose domain it is.
             * @example default
             */
            subscription?: string | null;
        };
        Domain: {
            /** @example login.example.com */
            domain: string;
        };
        Plan: {
            changes: components["schemas"]["PlannedChange"][];
            /**
             * @description What would become of the secret.
             * @example kept
             * @enum {string}
             */
            clientSecret: "kept" | "created" | "revoked" | "none";
            /**
             * @description Whether the client would be created.
             * @example false
             */
            created: boolean;
            /**
             * @example true
             * @enum {boolean}
             */
            dryRun: true;
        };
        PlannedChange: {
            /** @example openid profile */
            after: (string | string[] | boolean | number) | null;
            /**
             * @description null when the client would be created.
             * @example openid
             */
            before: (string | string[] | boolean | number) | null;
            /**
             * @description A field of the client; or `grantTypes`, where some are lost that grantType does not tell of; or `expiresAt`.
             * @example scope
             */
            field: string;
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
        ProvisionedClient: {
            /**
             * @description The secret that this very request made, shown this once; null when it made none.
             * @example cls_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a
             */
            clientSecret: string | null;
        };
        PutClientRequest: {
            /**
             * Format: int32
             * @description The number of minutes an access token is valid. Absent, null or 0: the default, 90.
             * @default 90
             * @example 90
             */
            accessTokenExpiry?: number | null;
            /**
             * @description Origins from which browsers may call, scheme://host[:port]; at most 100.
             * @default []
             * @example [
             *       "https://my-app.example.com"
             *     ]
             */
            allowedOrigins?: string[] | null;
            /**
             * @description Whether users may sign in with a local account; null leaves it to the server that signs them in.
             * @default null
             * @example true
             */
            allowLocalLogin?: boolean | null;
            /**
             * @description Ids of the clients that are the intended recipients of the tokens that this client asks for; at most 50.
             * @default []
             * @example [
             *       "orders-api"
             *     ]
             */
            audiences?: string[] | null;
            /**
             * @description If given, the id in the path.
             * @example my-app
             */
            clientId?: string | null;
            /**
             * @description Can the client keep a secret? One that becomes Public loses its secrets, and client credentials if it had them beside other grants.
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
             * @description ClientCredentials needs a Confidential client (RFC 6749 §4.4).
             * @example AuthorizationCode
             * @enum {string}
             */
            grantType: "AuthorizationCode" | "ClientCredentials";
            /**
             * Format: int32
             * @description The number of minutes an id token is valid. Absent, null or 0: the default, 90.
             * @default 90
             * @example 90
             */
            idTokenExpiry?: number | null;
            /**
             * @description Ids of the policies to verify before access is granted; at most 50.
             * @default []
             * @example [
             *       "policy.employees"
             *     ]
             */
            policies?: string[] | null;
            /**
             * @description Where users may be sent after signing out; at most 100, same rule as redirectUris.
             * @default []
             * @example [
             *       "https://my-app.example.com/goodbye"
             *     ]
             */
            postSignOutRedirectUris?: string[] | null;
            /**
             * @description Authorities used for federated authentication; at most 50.
             * @default []
             * @example [
             *       "https://login.partner.example.com"
             *     ]
             */
            providers?: string[] | null;
            /**
             * @description Where users may be sent after authentication; at most 100. https or localhost, no query, no fragment, in canonical form: see /doc/redirect-uris. At least one for AuthorizationCode. `redirect_uris` is another spelling.
             * @example [
             *       "https://my-app.example.com/callback"
             *     ]
             */
            redirectUris?: string[] | null;
            /**
             * Format: int32
             * @description The number of minutes a refresh token is valid. Absent, null or 0: the default, 1440.
             * @default 1440
             * @example 1440
             */
            refreshTokenExpiry?: number | null;
            /**
             * @description Scope tokens separated by spaces.
             * @default
             * @example openid profile
             */
            scope?: string | null;
            /**
             * Format: date-time
             * @description Ignored.
             */
            updatedAt?: string | null;
        };
        Secret: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example null
             */
            expiresAt: string | null;
            /**
             * @description The last four characters of a generated secret; empty for any other.
             * @example 9z0a
             */
            hint: string;
            /**
             * Format: uuid
             * @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e
             */
            id: string;
            /**
             * Format: date
             * @description The day of its last use.
             * @example 2026-02-01
             */
            lastUsedAt: string | null;
            /** @example rotation of January */
            name: string | null;
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
        Verdict: {
            /**
             * Format: date-time
             * @example null
             */
            expiresAt?: string | null;
            /**
             * Format: uuid
             * @example 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e
             */
            secretId?: string;
            /** @description true: the secret is right, but the client is suspended. Absent in any other verdict. */
            suspended?: boolean;
            /** @example true */
            valid: boolean;
        };
        VerifySecretRequest: {
            /** @example cls_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a */
            secret: string;
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
    listDomains: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The domains, by name. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Domain"][];
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
    createDomain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CreateDomainRequest"];
            };
        };
        responses: {
            /** @description The domain. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Domain"];
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
                    /**
                     * @example {
                     *       "type": "http://localhost:7472/doc/errors/conflict",
                     *       "title": "The request conflicts with the present state",
                     *       "status": 409,
                     *       "detail": "This domain name is taken.",
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
    deleteDomain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The domain is gone; its clients are being removed. */
            202: {
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
                     *       "detail": "The default domain cannot be deleted.",
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
    listClients: {
        parameters: {
            query?: {
                /** @description Only ids after this one; not together with offset. */
                after?: string;
                /** @description At most this many. More than 100 counts as 100. */
                limit?: number;
                /** @description Skip this many. */
                offset?: number;
                /** @description Only ids that contain this. */
                search?: string;
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
                    "application/json": components["schemas"]["ClientListItem"][];
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
    getClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Lower-case letters, digits and hyphens, at most 128. */
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
                    /**
                     * @description When the client expires, an HTTP date (RFC 9110 §5.6.7). Absent: it does not.
                     * @example Sat, 31 Jan 2026 12:00:00 GMT
                     */
                    "Expires-At"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            /** @description The client still has the ETag given in If-None-Match. */
            304: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    /**
                     * @description When the client expires, an HTTP date (RFC 9110 §5.6.7). Absent: it does not.
                     * @example Sat, 31 Jan 2026 12:00:00 GMT
                     */
                    "Expires-At"?: string;
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
    putClient: {
        parameters: {
            query?: {
                /** @description Write nothing, and tell what would change; so does the header `Prefer: validate-only`. */
                dryRun?: boolean;
                /** @description The client expires after so many seconds: then the server deletes it, as DELETE does. 0: it does not expire. A repeated request renews it. Absent: the expiry stays as it is. */
                expiresInSeconds?: number;
            };
            header?: {
                /** @description A repeated request with the same key gets the same answer, secret included, for ten minutes. */
                "Idempotency-Key"?: string;
                /** @description ETags, or * for any: only if the client has one of them. */
                "If-Match"?: string;
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
                /** @description A date: only if the client was not changed since. */
                "If-Unmodified-Since"?: string;
                /** @description The name of the client’s manager. Needed to change a client that is locked. `*`, which only the operator may send, stands for any manager. */
                "Managed-By"?: string;
                /** @description `validate-only`, for a dry run. */
                Prefer?: string;
            };
            path: {
                /** @description Lower-case letters, digits and hyphens, at most 128. */
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutClientRequest"];
            };
        };
        responses: {
            /** @description The client is in this state; of a dry run, what would change. */
            200: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    /**
                     * @description When the client expires, an HTTP date (RFC 9110 §5.6.7). Absent: it does not.
                     * @example Sat, 31 Jan 2026 12:00:00 GMT
                     */
                    "Expires-At"?: string;
                    /** @description validate-only, of a dry run that was preferred. */
                    "Preference-Applied"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"] | components["schemas"]["ProvisionedClient"];
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
                     *         "redirectUris": [
                     *           "redirectUris must be an array of strings."
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
            /** @description Only the operator may send `Managed-By: *`. */
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
                     *       "detail": "Only the operator may do this.",
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
    deleteClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags, or * for any: only if the client has one of them. */
                "If-Match"?: string;
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
                /** @description A date: only if the client was not changed since. */
                "If-Unmodified-Since"?: string;
                /** @description The name of the client’s manager. Needed to change a client that is locked. `*`, which only the operator may send, stands for any manager. */
                "Managed-By"?: string;
            };
            path: {
                /** @description Lower-case letters, digits and hyphens, at most 128. */
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client is gone. */
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
            /** @description Only the operator may send `Managed-By: *`. */
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
                     *       "detail": "Only the operator may do this.",
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
    listSecrets: {
        parameters: {
            query?: never;
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
            /** @description The secrets, oldest first. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Secret"][];
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
    addSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key gets the same answer, secret included, for ten minutes. */
                "Idempotency-Key"?: string;
                /** @description The name of the client’s manager. Needed to change a client that is locked. `*`, which only the operator may send, stands for any manager. */
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
                "application/json": components["schemas"]["AddSecretRequest"];
            };
        };
        responses: {
            /** @description The secret, a generated one with its value, which is shown this once. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedSecret"];
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
            /** @description Only the operator may send `Managed-By: *`. */
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
                     *       "detail": "Only the operator may do this.",
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
    removeSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The name of the client’s manager. Needed to change a client that is locked. `*`, which only the operator may send, stands for any manager. */
                "Managed-By"?: string;
            };
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
                secretId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secret is no longer good. */
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
            /** @description Only the operator may send `Managed-By: *`. */
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
                     *       "detail": "Only the operator may do this.",
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
                     *       "detail": "There is no such secret.",
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
    verifySecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                clientId: string;
                /** @description The name of the domain. */
                domain: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifySecretRequest"];
            };
        };
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verdict"];
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
}
