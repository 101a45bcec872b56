// Made from the OpenAPI document by `npm run generate`; do not edit.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads the entry point: links to everything else
         * @description A request that prefers text/html, as a browser’s does, gets a page with the same links.
         */
        get: operations["getEntryPoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/public-key.pem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads the public key that access tokens are signed with
         * @description An RSA key for RS512, as SPKI. `/.well-known/jwks.json` has it as JWK.
         */
        get: operations["getPublicKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/client": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads the list, or with clientID a single client
         * @description Filters: a property’s name, or with ~ (contains), ! (not), From and To (dates) after it. `a,b` = any, nothing = unset, (…) = literal. At most 100 values in all filters together, 10 of them with ~ and of at most 128 characters each.
         */
        get: operations["getClient"];
        /**
         * Edits a client
         * @description Merges: absent properties stay, null resets to the default. Read-only and unknown properties are ignored, but for the keys of config, which are kept. A credential with `clients:propose` and not `clients:write` may edit what it created until that is resumed.
         */
        put: operations["updateClient"];
        /**
         * Creates a client
         * @description Absent properties and null are the default. Read-only and unknown properties are ignored, but for the keys of config, which are kept. What a credential with `clients:propose` and not `clients:write` creates is suspended until it is resumed.
         */
        post: operations["createClient"];
        /**
         * Deletes a client
         * @description Never without a clientID, in the query or else in a JSON body.
         */
        delete: operations["deleteClient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads the list, or with clientID a single client
         * @description Filters: a property’s name, or with ~ (contains), ! (not), From and To (dates) after it. `a,b` = any, nothing = unset, (…) = literal. At most 100 values in all filters together, 10 of them with ~ and of at most 128 characters each.
         */
        get: operations["listClients"];
        /**
         * Edits a client
         * @description Merges: absent properties stay, null resets to the default. Read-only and unknown properties are ignored, but for the keys of config, which are kept. A credential with `clients:propose` and not `clients:write` may edit what it created until that is resumed.
         */
        put: operations["updateClientInList"];
        /**
         * Creates a client
         * @description Absent properties and null are the default. Read-only and unknown properties are ignored, but for the keys of config, which are kept. What a credential with `clients:propose` and not `clients:write` creates is suspended until it is resumed.
         */
        post: operations["createClientInList"];
        /**
         * Deletes a client
         * @description Never without a clientID, in the query or else in a JSON body.
         */
        delete: operations["deleteClientFromList"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schema-acc/client": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads the JSON Schema of a client
         * @description Each client in an answer is valid by it; `profile` of the links leads here.
         */
        get: operations["getAccountsClientSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schema-acc/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads the JSON Schema of the list of clients
         * @description Each list in an answer is valid by it; `profile` of the links leads here.
         */
        get: operations["getAccountsClientListSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schema/client": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads the JSON Schema of a client
         * @description Each client in an answer is valid by it; `profile` of the links leads here.
         */
        get: operations["getClientSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schema/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads the JSON Schema of the list of clients
         * @description Each list in an answer is valid by it; `profile` of the links leads here.
         */
        get: operations["getClientListSchema"];
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
        ClientList: {
            /** @description Absent when there is none. */
            _embedded?: components["schemas"]["EmbeddedClients"];
            /**
             * @example {
             *       "self": {
             *         "href": "https://accounts.example.com/clients"
             *       }
             *     }
             */
            _links: {
                [key: string]: components["schemas"]["Link"];
            };
            /**
             * @description How many are on this page.
             * @example 1
             */
            count: number;
            /**
             * @description How many there are in all.
             * @example 1
             */
            total: number;
        };
        ClientResource: {
            /**
             * @example {
             *       "self": {
             *         "href": "https://accounts.example.com/client?clientID=my-app",
             *         "profile": "https://accounts.example.com/schema-acc/client"
             *       },
             *       "curies": {
             *         "name": "ec",
             *         "href": "https://accounts.example.com/doc/rel/{rel}",
             *         "templated": true
             *       },
             *       "collection": {
             *         "href": "https://accounts.example.com/clients",
             *         "profile": "https://accounts.example.com/schema-acc/clients"
             *       }
             *     }
             */
            _links: {
                [key: string]: components["schemas"]["Link"];
            };
            /** @example null */
            authUIOrigin: string | null;
            /** @example https://my-app.com/callback */
            callbackURL: string | null;
            /** @example my-app */
            clientID: string;
            /** @example My App */
            clientName: string | null;
            /**
             * @description null in every answer but the one to the request that made or set it.
             * @example null
             */
            clientSecret: string | null;
            /**
             * @description Computed from grantTypes and tokenEndpointAuthMethod.
             * @example Public Client
             * @enum {string}
             */
            clientType: "Legacy Client" | "Public Client" | "Private Client" | "API Client" | "Unknown Client";
            /**
             * @description Every other key is kept as it is, whatever JSON it holds: together at most 4 KiB and 8 levels.
             * @example {
             *       "tokenMethod": "cookie",
             *       "disableStrategies": null
             *     }
             */
            config: {
                /**
                 * @description Ways to log in that this client does not offer.
                 * @example [
                 *       "facebook"
                 *     ]
                 */
                disableStrategies: ("facebook" | "google" | "password")[] | null;
                /**
                 * @description How the token is handed over after a login; echoed in the form given. By default: query.
                 * @example cookie
                 */
                tokenMethod: ("query" | "cookie" | "body") | ("query" | "cookie" | "body")[];
            } & {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            created: string;
            /**
             * @example [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             */
            grantTypes: ("authorization_code" | "refresh_token" | "client_credentials")[];
            /** @example null */
            logoURI: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            modified: string;
            /** @example [] */
            postLogoutRedirectURIs: string[];
            /**
             * @example [
             *       "https://my-app.com/callback"
             *     ]
             */
            redirectURIs: string[];
            /**
             * @example none
             * @enum {string}
             */
            tokenEndpointAuthMethod: "none" | "client_secret_basic";
        };
        CreateClientRequest: {
            /** @example https://login.my-app.com */
            authUIOrigin?: string | null;
            /**
             * Format: uri
             * @description Where users are sent after login: the first of redirectURIs.
             * @example https://my-app.com/callback
             */
            callbackURL?: string | null;
            /**
             * @description The id of the client, which never changes.
             * @example my-app
             */
            clientID: string;
            /** @example My App */
            clientName?: string | null;
            /**
             * @description A secret to replace all live ones; null keeps them. It is never read back. White space at its ends is part of it, but not counted; control characters and others that cannot be seen are refused.
             * @example null
             */
            clientSecret?: string | null;
            /**
             * @description Merges key by key; null resets or removes a key. Every other key is kept as it is, whatever JSON it holds: together at most 4 KiB and 8 levels.
             * @example {
             *       "tokenMethod": "cookie"
             *     }
             */
            config?: ({
                /**
                 * @description Ways to log in that this client does not offer.
                 * @example [
                 *       "facebook"
                 *     ]
                 */
                disableStrategies?: ("facebook" | "google" | "password")[] | null;
                /**
                 * @description How the token is handed over after a login; echoed in the form given. By default: query.
                 * @example cookie
                 */
                tokenMethod?: (("query" | "cookie" | "body") | ("query" | "cookie" | "body")[]) | null;
            } & {
                [key: string]: unknown;
            }) | null;
            /**
             * @example [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             */
            grantTypes?: ("authorization_code" | "refresh_token" | "client_credentials")[] | null;
            /**
             * Format: uri
             * @example https://my-app.com/logo.png
             */
            logoURI?: string | null;
            /**
             * Format: date-time
             * @description What the caller had read; looked at only when callbackURL and redirectURIs disagree.
             * @example 2026-01-31T12:00:00.000Z
             */
            modified?: string | null;
            /**
             * @example [
             *       "https://my-app.com/goodbye"
             *     ]
             */
            postLogoutRedirectURIs?: string[] | null;
            /**
             * @description https, http on localhost, or a private-use scheme with a dot in it; canonical, without fragment.
             * @example [
             *       "https://my-app.com/callback"
             *     ]
             */
            redirectURIs?: string[] | null;
            /**
             * @description How the client authenticates at the token endpoint. By default: none, or client_secret_basic for client_credentials, which needs it.
             * @example none
             * @enum {string|null}
             */
            tokenEndpointAuthMethod?: "none" | "client_secret_basic" | null;
        };
        DeleteClientRequest: {
            clientID: string;
        };
        EmbeddedClients: {
            "ec:acc/client": components["schemas"]["ClientResource"][];
            "ec:client": components["schemas"]["ClientResource"][];
        };
        EntryPoint: {
            /**
             * @example {
             *       "self": {
             *         "href": "https://accounts.example.com/"
             *       },
             *       "ec:clients": {
             *         "href": "https://accounts.example.com/clients"
             *       }
             *     }
             */
            _links: {
                [key: string]: components["schemas"]["Link"];
            };
        };
        /** @description A HAL problem document: the main error, with further ones embedded, 100 in all; if there are more, the last one says so. */
        HalProblem: {
            _embedded?: {
                error?: {
                    /**
                     * Format: int64
                     * @description From the published catalogue.
                     * @enum {integer}
                     */
                    code: 1000 | 1003 | 1100 | 1102 | 1110 | 1112 | 1200 | 1201 | 1202 | 1211 | 1212 | 1215 | 1216 | 1217 | 1311 | 1359 | 1361 | 1400 | 1401 | 1402 | 1410 | 1451;
                    /** @description What it is about, e.g. the path of a property. */
                    detail: string;
                    title: string;
                    /**
                     * Format: uri
                     * @description A page that explains this code.
                     */
                    type: string;
                    /** @description A sentence for people. */
                    verbose: string;
                }[];
            };
            _links: {
                [key: string]: components["schemas"]["Link"];
            };
            /**
             * Format: int64
             * @description From the published catalogue.
             * @enum {integer}
             */
            code: 1000 | 1003 | 1100 | 1102 | 1110 | 1112 | 1200 | 1201 | 1202 | 1211 | 1212 | 1215 | 1216 | 1217 | 1311 | 1359 | 1361 | 1400 | 1401 | 1402 | 1410 | 1451;
            /** @description What it is about, e.g. the path of a property. */
            detail: string;
            requestID?: string;
            /** Format: int64 */
            status: number;
            title: string;
            /**
             * Format: uri
             * @description A page that explains this code.
             */
            type: string;
            /** @description A sentence for people. */
            verbose: string;
        };
        Link: {
            /** @example https://accounts.example.com/client?clientID=my-app */
            href: string;
            /** @example ec */
            name?: string;
            /** @example https://accounts.example.com/schema-acc/client */
            profile?: string;
            templated?: boolean;
            /** @example Home */
            title?: string;
        };
        UpdateClientRequest: {
            /** @example https://login.my-app.com */
            authUIOrigin?: string | null;
            /**
             * Format: uri
             * @description Where users are sent after login: the first of redirectURIs.
             * @example https://my-app.com/callback
             */
            callbackURL?: string | null;
            /**
             * @description Writable on creation only.
             * @example my-app
             */
            clientID?: string | null;
            /** @example My App */
            clientName?: string | null;
            /**
             * @description A secret to replace all live ones; null keeps them. It is never read back. White space at its ends is part of it, but not counted; control characters and others that cannot be seen are refused.
             * @example null
             */
            clientSecret?: string | null;
            /**
             * @description Merges key by key; null resets or removes a key. Every other key is kept as it is, whatever JSON it holds: together at most 4 KiB and 8 levels.
             * @example {
             *       "tokenMethod": "cookie"
             *     }
             */
            config?: ({
                /**
                 * @description Ways to log in that this client does not offer.
                 * @example [
                 *       "facebook"
                 *     ]
                 */
                disableStrategies?: ("facebook" | "google" | "password")[] | null;
                /**
                 * @description How the token is handed over after a login; echoed in the form given. By default: query.
                 * @example cookie
                 */
                tokenMethod?: (("query" | "cookie" | "body") | ("query" | "cookie" | "body")[]) | null;
            } & {
                [key: string]: unknown;
            }) | null;
            /**
             * @example [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             */
            grantTypes?: ("authorization_code" | "refresh_token" | "client_credentials")[] | null;
            /**
             * Format: uri
             * @example https://my-app.com/logo.png
             */
            logoURI?: string | null;
            /**
             * Format: date-time
             * @description What the caller had read; looked at only when callbackURL and redirectURIs disagree.
             * @example 2026-01-31T12:00:00.000Z
             */
            modified?: string | null;
            /**
             * @example [
             *       "https://my-app.com/goodbye"
             *     ]
             */
            postLogoutRedirectURIs?: string[] | null;
            /**
             * @description https, http on localhost, or a private-use scheme with a dot in it; canonical, without fragment.
             * @example [
             *       "https://my-app.com/callback"
             *     ]
             */
            redirectURIs?: string[] | null;
            /**
             * @description How the client authenticates at the token endpoint. By default: none, or client_secret_basic for client_credentials, which needs it.
             * @example none
             * @enum {string|null}
             */
            tokenEndpointAuthMethod?: "none" | "client_secret_basic" | null;
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
    getEntryPoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The links. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/hal+json": components["schemas"]["EntryPoint"];
                    "text/html": string;
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
                     *       "status": 400,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "The query string has a bad escape.",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    getPublicKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A PEM file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-pem-file": string;
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
                     *       "status": 400,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "The query string has a bad escape.",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    getClient: {
        parameters: {
            query?: {
                /** @description A list, even of the one client that clientID names. */
                _list?: boolean;
                /** @description Which client, e.g. my-app; the case of the name does not matter. */
                clientID?: string;
                /** @description Filters, e.g. API Client. Any of Legacy Client, Public Client, Private Client, API Client, Unknown Client. */
                clientType?: string;
                /** @description Which page; the first is 1. */
                page?: number;
                /** @description 0 = everything, up to 10,000. More than 32 MiB of clients at once are refused (400). */
                size?: number;
                /** @description E.g. -created,clientID. At most 10 properties. */
                sort?: string;
                /** @description Filters, e.g. none. Any of none, client_secret_basic. */
                tokenEndpointAuthMethod?: string;
            };
            header?: {
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list; with clientID, the client itself, and its ETag. */
            200: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/hal+json": components["schemas"]["ClientList"] | components["schemas"]["ClientResource"];
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
            /** @description A parameter cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": 400,
                     *       "code": 1212,
                     *       "title": "Invalid format for property in query string",
                     *       "type": "http://localhost:7472/doc/errors/1212",
                     *       "detail": "size",
                     *       "verbose": "size must be a whole number from 0 to 1000",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1212"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 401,
                     *       "code": 1400,
                     *       "title": "Missing Access Token",
                     *       "type": "http://localhost:7472/doc/errors/1400",
                     *       "detail": "",
                     *       "verbose": "send Authorization: Bearer with an access token",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1400"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 404,
                     *       "code": 1102,
                     *       "title": "No resource entity matching query string filter found",
                     *       "type": "http://localhost:7472/doc/errors/1102",
                     *       "detail": "clientID",
                     *       "verbose": "there is no client with this clientID",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1102"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 429,
                     *       "code": 1451,
                     *       "title": "Too many wrong login attempts, please wait",
                     *       "type": "http://localhost:7472/doc/errors/1451",
                     *       "detail": "",
                     *       "verbose": "too many requests with this token, or of its subscription",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1451"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 503,
                     *       "code": 1003,
                     *       "title": "Service currently unavailable",
                     *       "type": "http://localhost:7472/doc/errors/1003",
                     *       "detail": "",
                     *       "verbose": "the database, or the issuer of the token, cannot be reached at the moment",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1003"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    updateClient: {
        parameters: {
            query?: {
                /** @description Which client, e.g. my-app; the case of the name does not matter. Absent: the clientID in the body. */
                clientID?: unknown;
            };
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
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateClientRequest"];
            };
        };
        responses: {
            /** @description The client as it is now. */
            200: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/hal+json": components["schemas"]["ClientResource"];
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
                     *       "status": 400,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "redirectURIs",
                     *       "verbose": "redirectURIs must be an array of strings",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 401,
                     *       "code": 1400,
                     *       "title": "Missing Access Token",
                     *       "type": "http://localhost:7472/doc/errors/1400",
                     *       "detail": "",
                     *       "verbose": "send Authorization: Bearer with an access token",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1400"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 404,
                     *       "code": 1102,
                     *       "title": "No resource entity matching query string filter found",
                     *       "type": "http://localhost:7472/doc/errors/1102",
                     *       "detail": "clientID",
                     *       "verbose": "there is no client with this clientID",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1102"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 409,
                     *       "code": 1361,
                     *       "title": "Cannot change entry. Read Only.",
                     *       "type": "http://localhost:7472/doc/errors/1361",
                     *       "detail": "clientID",
                     *       "verbose": "the client is locked by terraform, which manages it: send this name in the header Managed-By",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1361"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 412,
                     *       "code": 1112,
                     *       "title": "Somebody else changed the resource",
                     *       "type": "http://localhost:7472/doc/errors/1112",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1112"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 413,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "the body has more than 64 KiB",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 415,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "A body in the content encoding gzip is not accepted.",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 429,
                     *       "code": 1451,
                     *       "title": "Too many wrong login attempts, please wait",
                     *       "type": "http://localhost:7472/doc/errors/1451",
                     *       "detail": "",
                     *       "verbose": "too many requests with this token, or of its subscription",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1451"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 503,
                     *       "code": 1003,
                     *       "title": "Service currently unavailable",
                     *       "type": "http://localhost:7472/doc/errors/1003",
                     *       "detail": "",
                     *       "verbose": "the database, or the issuer of the token, cannot be reached at the moment",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1003"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    createClient: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateClientRequest"];
            };
        };
        responses: {
            /** @description The new client; its secret, if it has one, is shown this once. */
            201: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    /** @description Where the client is. */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/hal+json": components["schemas"]["ClientResource"];
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
                     *       "status": 400,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "redirectURIs",
                     *       "verbose": "redirectURIs must be an array of strings",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 401,
                     *       "code": 1400,
                     *       "title": "Missing Access Token",
                     *       "type": "http://localhost:7472/doc/errors/1400",
                     *       "detail": "",
                     *       "verbose": "send Authorization: Bearer with an access token",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1400"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 409,
                     *       "code": 1359,
                     *       "title": "Violates unique constraint",
                     *       "type": "http://localhost:7472/doc/errors/1359",
                     *       "detail": "clientID",
                     *       "verbose": "a client with this clientID is registered already",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1359"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 413,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "the body has more than 64 KiB",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 415,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "A body in the content encoding gzip is not accepted.",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 429,
                     *       "code": 1451,
                     *       "title": "Too many wrong login attempts, please wait",
                     *       "type": "http://localhost:7472/doc/errors/1451",
                     *       "detail": "",
                     *       "verbose": "too many requests with this token, or of its subscription",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1451"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 503,
                     *       "code": 1003,
                     *       "title": "Service currently unavailable",
                     *       "type": "http://localhost:7472/doc/errors/1003",
                     *       "detail": "",
                     *       "verbose": "the database, or the issuer of the token, cannot be reached at the moment",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1003"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    deleteClient: {
        parameters: {
            query?: {
                /** @description Which client, e.g. my-app; the case of the name does not matter. */
                clientID?: unknown;
            };
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
            path?: never;
            cookie?: never;
        };
        /** @description Where the query names no client. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DeleteClientRequest"];
            };
        };
        responses: {
            /** @description The client is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
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
                     *       "status": 400,
                     *       "code": 1202,
                     *       "title": "Missing property in query string",
                     *       "type": "http://localhost:7472/doc/errors/1202",
                     *       "detail": "clientID",
                     *       "verbose": "clientID is needed to say which client",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1202"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 401,
                     *       "code": 1400,
                     *       "title": "Missing Access Token",
                     *       "type": "http://localhost:7472/doc/errors/1400",
                     *       "detail": "",
                     *       "verbose": "send Authorization: Bearer with an access token",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1400"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 404,
                     *       "code": 1102,
                     *       "title": "No resource entity matching query string filter found",
                     *       "type": "http://localhost:7472/doc/errors/1102",
                     *       "detail": "clientID",
                     *       "verbose": "there is no client with this clientID",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1102"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 409,
                     *       "code": 1361,
                     *       "title": "Cannot change entry. Read Only.",
                     *       "type": "http://localhost:7472/doc/errors/1361",
                     *       "detail": "clientID",
                     *       "verbose": "the client is locked by terraform, which manages it: send this name in the header Managed-By",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1361"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 412,
                     *       "code": 1112,
                     *       "title": "Somebody else changed the resource",
                     *       "type": "http://localhost:7472/doc/errors/1112",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1112"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 429,
                     *       "code": 1451,
                     *       "title": "Too many wrong login attempts, please wait",
                     *       "type": "http://localhost:7472/doc/errors/1451",
                     *       "detail": "",
                     *       "verbose": "too many requests with this token, or of its subscription",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1451"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 503,
                     *       "code": 1003,
                     *       "title": "Service currently unavailable",
                     *       "type": "http://localhost:7472/doc/errors/1003",
                     *       "detail": "",
                     *       "verbose": "the database, or the issuer of the token, cannot be reached at the moment",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1003"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    listClients: {
        parameters: {
            query?: {
                /** @description A list, even of the one client that clientID names. */
                _list?: boolean;
                /** @description Which client, e.g. my-app; the case of the name does not matter. */
                clientID?: string;
                /** @description Filters, e.g. API Client. Any of Legacy Client, Public Client, Private Client, API Client, Unknown Client. */
                clientType?: string;
                /** @description Which page; the first is 1. */
                page?: number;
                /** @description 0 = everything, up to 10,000. More than 32 MiB of clients at once are refused (400). */
                size?: number;
                /** @description E.g. -created,clientID. At most 10 properties. */
                sort?: string;
                /** @description Filters, e.g. none. Any of none, client_secret_basic. */
                tokenEndpointAuthMethod?: string;
            };
            header?: {
                /** @description ETags, or * for any: not if the client has one of them. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list; with clientID, the client itself, and its ETag. */
            200: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/hal+json": components["schemas"]["ClientList"] | components["schemas"]["ClientResource"];
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
            /** @description A parameter cannot be understood. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": 400,
                     *       "code": 1212,
                     *       "title": "Invalid format for property in query string",
                     *       "type": "http://localhost:7472/doc/errors/1212",
                     *       "detail": "size",
                     *       "verbose": "size must be a whole number from 0 to 1000",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1212"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 401,
                     *       "code": 1400,
                     *       "title": "Missing Access Token",
                     *       "type": "http://localhost:7472/doc/errors/1400",
                     *       "detail": "",
                     *       "verbose": "send Authorization: Bearer with an access token",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1400"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 404,
                     *       "code": 1102,
                     *       "title": "No resource entity matching query string filter found",
                     *       "type": "http://localhost:7472/doc/errors/1102",
                     *       "detail": "clientID",
                     *       "verbose": "there is no client with this clientID",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1102"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 429,
                     *       "code": 1451,
                     *       "title": "Too many wrong login attempts, please wait",
                     *       "type": "http://localhost:7472/doc/errors/1451",
                     *       "detail": "",
                     *       "verbose": "too many requests with this token, or of its subscription",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1451"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 503,
                     *       "code": 1003,
                     *       "title": "Service currently unavailable",
                     *       "type": "http://localhost:7472/doc/errors/1003",
                     *       "detail": "",
                     *       "verbose": "the database, or the issuer of the token, cannot be reached at the moment",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1003"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    updateClientInList: {
        parameters: {
            query?: {
                /** @description Which client, e.g. my-app; the case of the name does not matter. Absent: the clientID in the body. */
                clientID?: unknown;
            };
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
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateClientRequest"];
            };
        };
        responses: {
            /** @description The client as it is now. */
            200: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/hal+json": components["schemas"]["ClientResource"];
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
                     *       "status": 400,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "redirectURIs",
                     *       "verbose": "redirectURIs must be an array of strings",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 401,
                     *       "code": 1400,
                     *       "title": "Missing Access Token",
                     *       "type": "http://localhost:7472/doc/errors/1400",
                     *       "detail": "",
                     *       "verbose": "send Authorization: Bearer with an access token",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1400"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 404,
                     *       "code": 1102,
                     *       "title": "No resource entity matching query string filter found",
                     *       "type": "http://localhost:7472/doc/errors/1102",
                     *       "detail": "clientID",
                     *       "verbose": "there is no client with this clientID",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1102"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 409,
                     *       "code": 1361,
                     *       "title": "Cannot change entry. Read Only.",
                     *       "type": "http://localhost:7472/doc/errors/1361",
                     *       "detail": "clientID",
                     *       "verbose": "the client is locked by terraform, which manages it: send this name in the header Managed-By",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1361"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 412,
                     *       "code": 1112,
                     *       "title": "Somebody else changed the resource",
                     *       "type": "http://localhost:7472/doc/errors/1112",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1112"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 413,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "the body has more than 64 KiB",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 415,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "A body in the content encoding gzip is not accepted.",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 429,
                     *       "code": 1451,
                     *       "title": "Too many wrong login attempts, please wait",
                     *       "type": "http://localhost:7472/doc/errors/1451",
                     *       "detail": "",
                     *       "verbose": "too many requests with this token, or of its subscription",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1451"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 503,
                     *       "code": 1003,
                     *       "title": "Service currently unavailable",
                     *       "type": "http://localhost:7472/doc/errors/1003",
                     *       "detail": "",
                     *       "verbose": "the database, or the issuer of the token, cannot be reached at the moment",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1003"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    createClientInList: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateClientRequest"];
            };
        };
        responses: {
            /** @description The new client; its secret, if it has one, is shown this once. */
            201: {
                headers: {
                    /** @description The version of the client. A version that a proxy made weak, or to which it added a coding (`-gzip`), still counts as the same. */
                    ETag?: string;
                    /** @description Where the client is. */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/hal+json": components["schemas"]["ClientResource"];
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
                     *       "status": 400,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "redirectURIs",
                     *       "verbose": "redirectURIs must be an array of strings",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 401,
                     *       "code": 1400,
                     *       "title": "Missing Access Token",
                     *       "type": "http://localhost:7472/doc/errors/1400",
                     *       "detail": "",
                     *       "verbose": "send Authorization: Bearer with an access token",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1400"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 409,
                     *       "code": 1359,
                     *       "title": "Violates unique constraint",
                     *       "type": "http://localhost:7472/doc/errors/1359",
                     *       "detail": "clientID",
                     *       "verbose": "a client with this clientID is registered already",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1359"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 413,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "the body has more than 64 KiB",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 415,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "A body in the content encoding gzip is not accepted.",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 429,
                     *       "code": 1451,
                     *       "title": "Too many wrong login attempts, please wait",
                     *       "type": "http://localhost:7472/doc/errors/1451",
                     *       "detail": "",
                     *       "verbose": "too many requests with this token, or of its subscription",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1451"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 503,
                     *       "code": 1003,
                     *       "title": "Service currently unavailable",
                     *       "type": "http://localhost:7472/doc/errors/1003",
                     *       "detail": "",
                     *       "verbose": "the database, or the issuer of the token, cannot be reached at the moment",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1003"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    deleteClientFromList: {
        parameters: {
            query?: {
                /** @description Which client, e.g. my-app; the case of the name does not matter. */
                clientID?: unknown;
            };
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
            path?: never;
            cookie?: never;
        };
        /** @description Where the query names no client. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DeleteClientRequest"];
            };
        };
        responses: {
            /** @description The client is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
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
                     *       "status": 400,
                     *       "code": 1202,
                     *       "title": "Missing property in query string",
                     *       "type": "http://localhost:7472/doc/errors/1202",
                     *       "detail": "clientID",
                     *       "verbose": "clientID is needed to say which client",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1202"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 401,
                     *       "code": 1400,
                     *       "title": "Missing Access Token",
                     *       "type": "http://localhost:7472/doc/errors/1400",
                     *       "detail": "",
                     *       "verbose": "send Authorization: Bearer with an access token",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1400"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 404,
                     *       "code": 1102,
                     *       "title": "No resource entity matching query string filter found",
                     *       "type": "http://localhost:7472/doc/errors/1102",
                     *       "detail": "clientID",
                     *       "verbose": "there is no client with this clientID",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1102"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 409,
                     *       "code": 1361,
                     *       "title": "Cannot change entry. Read Only.",
                     *       "type": "http://localhost:7472/doc/errors/1361",
                     *       "detail": "clientID",
                     *       "verbose": "the client is locked by terraform, which manages it: send this name in the header Managed-By",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1361"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 412,
                     *       "code": 1112,
                     *       "title": "Somebody else changed the resource",
                     *       "type": "http://localhost:7472/doc/errors/1112",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1112"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 429,
                     *       "code": 1451,
                     *       "title": "Too many wrong login attempts, please wait",
                     *       "type": "http://localhost:7472/doc/errors/1451",
                     *       "detail": "",
                     *       "verbose": "too many requests with this token, or of its subscription",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1451"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 503,
                     *       "code": 1003,
                     *       "title": "Service currently unavailable",
                     *       "type": "http://localhost:7472/doc/errors/1003",
                     *       "detail": "",
                     *       "verbose": "the database, or the issuer of the token, cannot be reached at the moment",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1003"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    getAccountsClientSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A draft-04 schema. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
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
                     *       "status": 400,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "The query string has a bad escape.",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    getAccountsClientListSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A draft-04 schema. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
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
                     *       "status": 400,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "The query string has a bad escape.",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    getClientSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A draft-04 schema. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
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
                     *       "status": 400,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "The query string has a bad escape.",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
    getClientListSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A draft-04 schema. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
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
                     *       "status": 400,
                     *       "code": 1211,
                     *       "title": "Invalid format for property in JSON body",
                     *       "type": "http://localhost:7472/doc/errors/1211",
                     *       "detail": "",
                     *       "verbose": "The query string has a bad escape.",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1211"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
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
                     *       "status": 500,
                     *       "code": 1000,
                     *       "title": "Internal Error",
                     *       "type": "http://localhost:7472/doc/errors/1000",
                     *       "detail": "",
                     *       "verbose": "",
                     *       "requestID": "6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e",
                     *       "_links": {
                     *         "up": {
                     *           "href": "http://localhost:7472/",
                     *           "title": "Home"
                     *         },
                     *         "describedby": {
                     *           "href": "http://localhost:7472/doc/errors/1000"
                     *         }
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["HalProblem"];
                };
            };
        };
    };
}
