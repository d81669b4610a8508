// What the API answers with. Written by `npm run api-types` from a server; not by hand.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly collection: {
            readonly attribution: string;
            readonly crs: readonly string[];
            readonly description: string;
            readonly extent?: {
                readonly [key: string]: unknown;
            };
            readonly fields: readonly {
                /**
                 * @description Whether the service computes it; such a field is never read from a file.
                 * @default false
                 */
                readonly derived: boolean;
                /**
                 * @description What its values mean, in a sentence.
                 * @default
                 */
                readonly description: string;
                /** @description The name, as in a feature's `properties`. */
                readonly name: string;
                /**
                 * @description Whether every feature must have it.
                 * @default false
                 */
                readonly required: boolean;
                /** @description Whether a text search looks into it. */
                readonly searched?: boolean;
                /**
                 * @description A short name for people.
                 * @default
                 */
                readonly title: string;
                /**
                 * @description The type of its values.
                 * @enum {string}
                 */
                readonly type: "string" | "integer" | "number" | "boolean" | "date" | "datetime" | "json";
                /** @description The unit of a measure. */
                readonly unit?: string;
                /** @description All that it may hold, if that is a closed list. */
                readonly values?: readonly string[];
            }[];
            readonly id: string;
            /** @default feature */
            readonly itemType: string;
            readonly licences: readonly {
                /** @description The name of the terms. */
                readonly title: string;
                /** @description Where its text is, if it has one. */
                readonly url?: string;
            }[];
            readonly links: readonly components["schemas"]["link"][];
            /** @description How well the positions of a layer's features are known. */
            readonly position?: {
                /** @description The field that names the class of precision. */
                readonly precision_field?: string;
                /** @description Instead of classes: a field that gives the uncertainty in kilometres. */
                readonly uncertainty_km_field?: string;
                /** @description What each class means: within so many metres. */
                readonly uncertainty_m?: {
                    readonly [key: string]: number;
                };
            };
            /**
             * @description What a layer is for.
             * @enum {string}
             */
            readonly role: "data" | "base-map";
            readonly storageCrs: string;
            readonly title: string;
        };
        readonly collections: {
            readonly collections: readonly components["schemas"]["collection"][];
            readonly links: readonly components["schemas"]["link"][];
        };
        /** @description Counts per segment of the border before and after an instant. */
        readonly comparison: {
            /** Format: date-time */
            readonly at: string;
            readonly attribution: string;
            /** @description What the counts are and are not; to be shown with them. */
            readonly caveat: string;
            /** @description From the first to the last time in the layer, whatever was asked; null without any. */
            readonly coverage: {
                /** Format: date-time */
                readonly first: string;
                /** Format: date-time */
                readonly last: string;
            } | null;
            readonly layer: string;
            readonly licences: readonly {
                /** @description The name of the terms. */
                readonly title: string;
                /** @description Where its text is, if it has one. */
                readonly url?: string;
            }[];
            readonly links: readonly components["schemas"]["link"][];
            /** @description Each feature once that the filters select and whose time meets the windows, or that has none: total's before, after and straddling, and undated. */
            readonly matched: number;
            /** @description All segments, from north to south. */
            readonly segments: readonly {
                /** @description Features whose whole time is in the window after. */
                readonly after: number;
                /** @description Features whose whole time is in the window before. */
                readonly before: number;
                /** @description After less before. */
                readonly change: number;
                readonly km_from: number;
                readonly km_to: number;
                readonly name: string | null;
                /** @description After divided by before; null without any before. */
                readonly ratio: number | null;
                readonly segment: string;
                /** @description Features whose time meets the windows, but neither holds all of it: it goes on across the instant between them or across an outer edge. */
                readonly straddling: number;
            }[];
            readonly title: string;
            /** @description The segments and unplaced together. */
            readonly total: {
                /** @description Features whose whole time is in the window after. */
                readonly after: number;
                /** @description Features whose whole time is in the window before. */
                readonly before: number;
                /** @description After less before. */
                readonly change: number;
                /** @description After divided by before; null without any before. */
                readonly ratio: number | null;
                /** @description Features whose time meets the windows, but neither holds all of it: it goes on across the instant between them or across an outer edge. */
                readonly straddling: number;
            };
            /** @description Features without a time, on a segment or on none: they are in no window. */
            readonly undated: number;
            /** @description Features on no segment. */
            readonly unplaced: {
                /** @description Features whose whole time is in the window after. */
                readonly after: number;
                /** @description Features whose whole time is in the window before. */
                readonly before: number;
                /** @description After less before. */
                readonly change: number;
                /** @description After divided by before; null without any before. */
                readonly ratio: number | null;
                /** @description Features whose time meets the windows, but neither holds all of it: it goes on across the instant between them or across an outer edge. */
                readonly straddling: number;
            };
            readonly windows: {
                readonly after: {
                    /**
                     * Format: date-time
                     * @description The first instant of the window.
                     */
                    readonly from: string;
                    /** @description Whether the window leaves what the layer covers: then it counts less than it could. */
                    readonly incomplete: boolean;
                    /**
                     * Format: date-time
                     * @description The first instant after the window.
                     */
                    readonly until: string;
                };
                readonly before: {
                    /**
                     * Format: date-time
                     * @description The first instant of the window.
                     */
                    readonly from: string;
                    /** @description Whether the window leaves what the layer covers: then it counts less than it could. */
                    readonly incomplete: boolean;
                    /**
                     * Format: date-time
                     * @description The first instant after the window.
                     */
                    readonly until: string;
                };
            };
        };
        readonly conformance: {
            readonly conformsTo: readonly string[];
            readonly links: readonly components["schemas"]["link"][];
        };
        /** @description What is wrong with one parameter. */
        readonly fault: {
            /**
             * @description What kind of fault it is; /api/docs says what each is. Programs word it themselves.
             * @enum {string}
             */
            readonly code: "unknown-parameter" | "repeated-parameter" | "missing-parameter" | "not-utf8" | "not-a-boolean" | "not-a-number" | "not-a-whole-number" | "out-of-range" | "not-a-length" | "not-a-position" | "not-a-box" | "reversed-box" | "not-a-date" | "not-a-duration" | "reversed-interval" | "beyond-calendar" | "not-one-of" | "unknown-layer" | "not-along-border" | "unknown-property" | "repeated-property" | "not-sortable" | "not-comparable" | "not-a-cursor" | "foreign-cursor" | "empty" | "too-long" | "too-many" | "too-deep" | "too-fine" | "out-of-reach" | "not-for-format" | "filter-syntax" | "not-json" | "wrong-type" | "wrong-count" | "unknown-function" | "not-a-geometry" | "ring-not-closed" | "too-few-positions" | "self-crossing" | "ring-touches-itself" | "overlapping-edges" | "hole-outside" | "hole-in-hole" | "area-in-area" | "parted-area";
            /** @description What would be right. */
            readonly detail: string;
            /** @description The greatest number that is taken, in metres of a length. */
            readonly max?: number;
            /** @description The least number that is taken, in metres of a length. */
            readonly min?: number;
            /** @description Where in the value: how many characters (Unicode code points) stand before it. */
            readonly offset?: number;
            /** @description The parameter's name. */
            readonly parameter: string;
            /** @description Where on the map: longitude and latitude of the place where an area crosses itself, say. */
            readonly position?: [
                number,
                number
            ];
            /** @description Its value as it came. */
            readonly value?: string;
        };
        readonly feature: {
            readonly geometry: {
                readonly coordinates?: readonly unknown[];
                /** @enum {string} */
                readonly type: "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon" | "GeometryCollection";
            } | null;
            readonly id?: string;
            readonly links?: readonly components["schemas"]["link"][];
            readonly properties: Record<string, unknown> | null;
            /** @enum {string} */
            readonly type: "Feature";
        };
        readonly featureCollection: {
            readonly attribution?: string;
            /** @description How the answer was found, with explain=true. */
            readonly explain?: {
                /** @description Features that were looked at one by one: their columns, their exact positions. */
                readonly candidates: number;
                /**
                 * @description What led to the features, in the largest part.
                 * @enum {string}
                 */
                readonly driver: "ids" | "time" | "place" | "columns";
                /** @description The conditions that the indexes answered. */
                readonly index: readonly string[];
                /** @description Nodes of a tree that were looked at. */
                readonly nodes: number;
                /** @description Parts that the query was executed over. */
                readonly parts: number;
                /** @description How many conditions were left to test by columns, and how many by reading features. */
                readonly tested: {
                    /** @description Conditions that columns decide. */
                    readonly columns: number;
                    /** @description Conditions for which a feature's text or its geometry is read. */
                    readonly features: number;
                    /** @description Text searches, each in lists of values and in texts. */
                    readonly searches: number;
                };
                /** @description Features that were counted or taken without being looked at, with a node of the tree or by a column's totals. */
                readonly whole: number;
            };
            readonly features: readonly components["schemas"]["feature"][];
            readonly licences?: readonly {
                /** @description The name of the terms. */
                readonly title: string;
                /** @description Where its text is, if it has one. */
                readonly url?: string;
            }[];
            readonly links?: readonly components["schemas"]["link"][];
            readonly numberMatched?: number;
            readonly numberReturned?: number;
            /** Format: date-time */
            readonly timeStamp?: string;
            /** @enum {string} */
            readonly type: "FeatureCollection";
            /** @description What whoever asks should know: the question was answered as it was asked, and perhaps meant otherwise. Encodings without a place for it have it as headers (bordermap-warning). */
            readonly warnings?: readonly components["schemas"]["warning"][];
        };
        /**
         * Format: binary
         * @description One layer with its fields, as its format has it.
         */
        readonly file: string;
        readonly functions: {
            readonly functions: readonly {
                /** @description What it takes. */
                readonly arguments: readonly {
                    /** @description What it is. */
                    readonly description: string;
                    /** @description Its title. */
                    readonly title: string;
                    /** @description Its type. */
                    readonly type: [
                        "geometry" | "number" | "boolean"
                    ];
                }[];
                /** @description What it gives. */
                readonly description: string;
                /** @description Its name; case does not matter. */
                readonly name: string;
                /** @description The type of what it gives. */
                readonly returns: [
                    "geometry" | "number" | "boolean"
                ];
            }[];
            readonly links: readonly components["schemas"]["link"][];
        };
        readonly html: string;
        readonly jsonSchema: {
            readonly $id: string;
            readonly $schema: string;
            readonly additionalProperties?: boolean;
            readonly description?: string;
            readonly properties: Record<string, unknown>;
            readonly required?: readonly string[];
            readonly title?: string;
            /** @enum {string} */
            readonly type: "object";
        };
        readonly landingPage: {
            readonly description: string;
            readonly links: readonly components["schemas"]["link"][];
            readonly title: string;
        };
        readonly layers: {
            /** @description The border segments simplified to 25 m, for drawing at small scales; same ids as the border layer. Never measure on it. */
            readonly "border-25m": {
                /**
                 * From border kilometre
                 * @description Where the segment begins, measured on the full-resolution line.
                 */
                readonly km_from: number;
                /**
                 * To border kilometre
                 * @description Where the segment ends, measured on the full-resolution line.
                 */
                readonly km_to: number;
                /**
                 * Name (Arabic)
                 * @description Iranian province, then Iraqi governorate, in Arabic.
                 */
                readonly name_ar: string | null;
                /**
                 * Name (Central Kurdish)
                 * @description Iranian province, then Iraqi governorate, in Central Kurdish (Sorani).
                 */
                readonly name_ckb: string | null;
                /**
                 * Name (English)
                 * @description Iranian province, then Iraqi governorate.
                 */
                readonly name_en: string;
                /**
                 * Name (Persian)
                 * @description Iranian province, then Iraqi governorate, in Persian.
                 */
                readonly name_fa: string | null;
                /**
                 * Number
                 * @description Position of the segment along the border, 1 in the north to 10 in the south.
                 */
                readonly number: number;
            };
            /** @description Twelve crossings, official and local. No surveyed gate position was found for any of them: each is approximate by its own precision_km, four are unverified, and the status is the latest dated statement seen, not today's state. */
            readonly crossings: {
                /**
                 * Distance to the border
                 * @description Geodesic distance from the position to the nearest point of the border.
                 */
                readonly border_distance_m: number | null;
                /**
                 * Border kilometre
                 * @description Distance along the border from its northern end to the point nearest to the position.
                 */
                readonly border_km: number | null;
                /**
                 * Border segment
                 * @description Id of the segment with the point nearest to the position.
                 */
                readonly border_segment: string | null;
                /**
                 * Side of the border
                 * @description In which country the position lies: Iraq (IQ) or Iran (IR), with the measured line as the edge between them. Null outside of both, and within 7 km of where both end (at a neighbour or the sea), because the outlines that say so are no finer.
                 * @enum {string|null}
                 */
                readonly border_side: "IQ" | "IR" | null;
                /**
                 * Type
                 * @description Whether official or local, and what it carries, in words.
                 */
                readonly crossing_type: string;
                /**
                 * Iranian province
                 * @description Province on the Iranian side, in English.
                 */
                readonly iran_province: string;
                /**
                 * Iraqi governorate
                 * @description Governorate on the Iraqi side, in English.
                 */
                readonly iraq_governorate: string;
                /**
                 * Name (Arabic)
                 * @description Name in Arabic.
                 */
                readonly name_ar: string | null;
                /**
                 * Name (Central Kurdish)
                 * @description Name in Central Kurdish (Sorani).
                 */
                readonly name_ckb: string | null;
                /**
                 * Name (English)
                 * @description Iranian side first where the two sides have different names.
                 */
                readonly name_en: string;
                /**
                 * Name (Persian)
                 * @description Name in Persian.
                 */
                readonly name_fa: string | null;
                /**
                 * Sources of names
                 * @description Where each language's name was seen; 'general knowledge' marks names without a source seen.
                 */
                readonly name_sources: readonly unknown[] | Record<string, unknown> | null;
                /**
                 * Basis of the position
                 * @description How the position was obtained and what was checked against it.
                 */
                readonly position_basis: string | null;
                /**
                 * Position uncertainty
                 * @description The true position is within about this distance of the reported one.
                 */
                readonly position_uncertainty_m: number | null;
                /**
                 * Position known within
                 * @description How far the true gate may lie from the position shown.
                 */
                readonly precision_km: number;
                /**
                 * Sources
                 * @description Addresses or citations behind position and status.
                 */
                readonly sources: readonly unknown[] | Record<string, unknown> | null;
                /**
                 * Open or closed
                 * @description Whether the latest statements have the crossing in use. Absent where they leave it open: none says, or they contradict each other.
                 * @enum {string|null}
                 */
                readonly state: "open" | "closed" | null;
                /**
                 * Latest statement
                 * @description The latest dated statement seen about the crossing; read it with its date.
                 */
                readonly status: string | null;
                /**
                 * Date of the statement
                 * Format: date
                 * @description Date of the source of the latest statement, where one was seen.
                 */
                readonly status_date: string | null;
                /**
                 * Statements
                 * @description List of {text, date, source}. Dates are as the source gives them, and may be partial or in words.
                 */
                readonly status_facts: readonly unknown[] | Record<string, unknown> | null;
                /**
                 * Position unverified
                 * @description True where no second, independent indication of the position was found.
                 */
                readonly unverified: boolean;
            };
            /** @description 148 publicly reported events near the border from 2018 to 2025, in our own words, each with its sources. A curated sample, not a census: absence of a report here is not absence of an event, and counts by time or place say as much about the sampling as about the border. */
            readonly incidents: {
                /**
                 * Province or governorate
                 * @description In English. Includes Halabja, which the provinces layer lacks.
                 */
                readonly admin1: string | null;
                /**
                 * Distance to the border
                 * @description Geodesic distance from the position to the nearest point of the border.
                 */
                readonly border_distance_m: number | null;
                /**
                 * Border kilometre
                 * @description Distance along the border from its northern end to the point nearest to the position.
                 */
                readonly border_km: number | null;
                /**
                 * Border segment
                 * @description Id of the segment with the point nearest to the position.
                 */
                readonly border_segment: string | null;
                /**
                 * Side of the border
                 * @description In which country the position lies: Iraq (IQ) or Iran (IR), with the measured line as the edge between them. Null outside of both, and within 7 km of where both end (at a neighbour or the sea), because the outlines that say so are no finer.
                 * @enum {string|null}
                 */
                readonly border_side: "IQ" | "IR" | null;
                /**
                 * Category
                 * @description Kind of event, ordered from armed events to civil and official ones.
                 * @enum {string}
                 */
                readonly category: "clash" | "strike" | "shelling" | "border-guard-shooting" | "explosion" | "smuggling" | "protest" | "displacement" | "crossing-status" | "diplomatic" | "other";
                /**
                 * Checked
                 * @description True where the event was checked a second time, against another source.
                 */
                readonly checked: boolean | null;
                /**
                 * Country
                 * @description Country of the place, ISO 3166-1.
                 * @enum {string|null}
                 */
                readonly country: "IQ" | "IR" | null;
                /**
                 * Date
                 * Format: date
                 * @description Day of the event (UTC). With month precision it stands for the whole month and gives its first day.
                 */
                readonly date: string;
                /**
                 * Precision of the date
                 * @description Whether the day is known or only the month.
                 * @enum {string}
                 */
                readonly date_precision: "day" | "month";
                /**
                 * Deaths, highest figure
                 * @description Highest figure in the sources; absent where none gives one, which is not zero.
                 */
                readonly fatalities_max: number | null;
                /**
                 * Deaths, lowest figure
                 * @description Lowest figure in the sources; absent where none gives one, which is not zero.
                 */
                readonly fatalities_min: number | null;
                /**
                 * Note
                 * @description What a reader should know about the date, the place or the figures.
                 */
                readonly note: string | null;
                /**
                 * Place
                 * @description The place as reported; the position is that of a settlement which stands for it.
                 */
                readonly place: string | null;
                /**
                 * Precision of the position
                 * @description How well the position is known. None of the shipped incidents is exact.
                 * @enum {string}
                 */
                readonly position_precision: "exact" | "town" | "district" | "province";
                /**
                 * Position uncertainty
                 * @description The true position is within about this distance of the reported one.
                 */
                readonly position_uncertainty_m: number | null;
                /**
                 * Sources
                 * @description List of {name, ref}; ref is an address or, where there is none, a citation.
                 */
                readonly sources: readonly unknown[] | Record<string, unknown>;
                /**
                 * Status
                 * @description Reported, or corroborated by a further source; disputed and retracted mark what later proves doubtful or wrong.
                 * @enum {string}
                 */
                readonly status: "reported" | "corroborated" | "disputed" | "retracted";
                /**
                 * Summary
                 * @description What was reported, and by whom where accounts differ.
                 */
                readonly summary: string | null;
                /**
                 * Title
                 * @description What was reported, in one line.
                 */
                readonly title: string;
            };
            /** @description 503 towns and villages within 150 km of the border, in Iraq, Iran, Türkiye and Kuwait. Not all settlements: those a gazetteer of larger places holds, densest in Iran. */
            readonly places: {
                /**
                 * Province or governorate
                 * @description As GeoNames spells it, without the word Province.
                 */
                readonly admin1: string | null;
                /**
                 * District
                 * @description As GeoNames spells it; mostly absent in Iran, and not always right in Iraq.
                 */
                readonly admin2: string | null;
                /**
                 * Other names
                 * @description List of further names and spellings in Latin and Arabic script, as GeoNames has them, in whatever language; for searching, not for showing as the name.
                 */
                readonly alternate_names: readonly unknown[] | Record<string, unknown> | null;
                /**
                 * Distance to the border
                 * @description Geodesic distance from the position to the nearest point of the border.
                 */
                readonly border_distance_m: number | null;
                /**
                 * Border kilometre
                 * @description Distance along the border from its northern end to the point nearest to the position.
                 */
                readonly border_km: number | null;
                /**
                 * Border segment
                 * @description Id of the segment with the point nearest to the position.
                 */
                readonly border_segment: string | null;
                /**
                 * Side of the border
                 * @description In which country the position lies: Iraq (IQ) or Iran (IR), with the measured line as the edge between them. Null outside of both, and within 7 km of where both end (at a neighbour or the sea), because the outlines that say so are no finer.
                 * @enum {string|null}
                 */
                readonly border_side: "IQ" | "IR" | null;
                /**
                 * Country
                 * @description ISO 3166-1 code.
                 * @enum {string}
                 */
                readonly country: "IQ" | "IR" | "TR" | "KW";
                /**
                 * GeoNames id
                 * @description GeoNames number of the settlement.
                 */
                readonly geonameid: number;
                /**
                 * Name
                 * @description Name as GeoNames spells it.
                 */
                readonly name: string;
                /**
                 * Name (Arabic)
                 * @description Name in Arabic, where known.
                 */
                readonly name_ar: string | null;
                /**
                 * Name (Central Kurdish)
                 * @description Name in Central Kurdish (Sorani), where known.
                 */
                readonly name_ckb: string | null;
                /**
                 * Name (English)
                 * @description Usual English name where one is known, else the GeoNames spelling.
                 */
                readonly name_en: string;
                /**
                 * Name (Persian)
                 * @description Name in Persian, where known.
                 */
                readonly name_fa: string | null;
                /**
                 * Name (Northern Kurdish)
                 * @description Name in Northern Kurdish (Kurmanji), Latin script, where known.
                 */
                readonly name_ku: string | null;
                /**
                 * Sources of names
                 * @description Where each language's name was seen; 'general knowledge' marks names without a source seen.
                 */
                readonly name_sources: readonly unknown[] | Record<string, unknown> | null;
                /**
                 * Population
                 * @description As GeoNames gives it, undated; absent where GeoNames has none.
                 */
                readonly population: number | null;
            };
        };
        /** @description One GeoJSON feature a line; in a text sequence after a record separator. */
        readonly lines: string;
        /** @description A link with an absolute address. */
        readonly link: {
            /** @description Where it leads. */
            readonly href: string;
            /** @description The relation to the document that has it. */
            readonly rel: string;
            /** @description Whether the address has variables in braces (RFC 6570). */
            readonly templated?: boolean;
            /** @description What it is, for people. */
            readonly title: string;
            /** @description The media type behind it. */
            readonly type?: string;
        };
        readonly located: {
            /** @description Metres between the position and the line. */
            readonly distance_m: number;
            /** @description The nearest position on the line: longitude and latitude. */
            readonly foot: [
                number,
                number
            ];
            /** @description The kilometre of the border, counted from its northern end. */
            readonly km: number;
            /** @description The id of the border's segment. */
            readonly segment: string;
            readonly segment_name?: string;
            /**
             * @description Whose land it is. Only within Iraq and Iran: the measured line is the edge between them, the outlines of their provinces say where both end.
             * @enum {string|null}
             */
            readonly side: "IQ" | "IR" | null;
            /**
             * @description Why side is null: the position lies outside of both countries, within 7 km of where they end at a neighbour or the sea, because the outlines are no finer, on the line itself, near it past one of its ends, or nothing is known of the provinces.
             * @enum {string}
             */
            readonly side_unknown?: "outside" | "near-outer-border" | "on-the-line" | "past-the-end" | "no-outlines";
            /** @description What whoever asks should know: the question was answered as it was asked, and perhaps meant otherwise. Encodings without a place for it have it as headers (bordermap-warning). */
            readonly warnings?: [
                components["schemas"]["warning"]
            ];
        };
        readonly openapi: Record<string, unknown>;
        /** @description Why a request got no answer (RFC 9457 §3). */
        readonly problem: {
            /**
             * @description What kind of problem it is, as the fragment of type says it.
             * @enum {string}
             */
            readonly code: "invalid-parameters" | "malformed-request" | "too-costly" | "no-such-path" | "no-such-layer" | "no-such-feature" | "no-such-tile" | "no-such-tile-matrix-set" | "method-not-allowed" | "not-acceptable" | "body-too-large" | "url-too-long" | "misdirected-request" | "too-many-requests" | "busy" | "timeout" | "internal-error";
            readonly detail: string;
            readonly errors?: readonly components["schemas"]["fault"][];
            readonly request_id: string;
            readonly status: number;
            readonly title: string;
            readonly type: string;
        };
        /** @description Counts along the border by time. */
        readonly profile: {
            /** @description Features that are not in the matrix, each in the last of these that is true of it. */
            readonly apart: {
                /** @description No interval holds all of their time, such as a month among days. */
                readonly spanning: number;
                /** @description They have no time. */
                readonly undated: number;
                /** @description They have no `border_km`. */
                readonly unplaced: number;
            };
            readonly attribution: string;
            readonly bin_km: number;
            /** @description Sums of the rows. */
            readonly bin_totals: readonly number[];
            /** @description What the counts are and are not; to be shown with them. */
            readonly caveat: string;
            /** @description The largest number in the matrix. */
            readonly count_max: number;
            /** @description The sum of the matrix. */
            readonly counted: number;
            /** @description The matrix: a row for each bin from north to south, in it a number for each interval. A feature is in the interval that holds its whole time: a report of month precision is that whole month. */
            readonly counts: readonly (readonly number[])[];
            /** @description From the first to the last time in the layer, whatever was asked; null without any. */
            readonly coverage: {
                /** Format: date-time */
                readonly first: string;
                /** Format: date-time */
                readonly last: string;
            } | null;
            /** @enum {string} */
            readonly interval: "day" | "week" | "month" | "quarter" | "year";
            /** @description The first day of each interval, UTC. */
            readonly interval_starts: readonly string[];
            /** @description Sums of the columns. */
            readonly interval_totals: readonly number[];
            /**
             * Format: date
             * @description The day after the last interval.
             */
            readonly intervals_end: string | null;
            /** @description Border kilometres where bins start and the last one ends: one more than there are bins. A bin holds its first kilometre and not its last, but for the end of the line. */
            readonly km_edges: readonly number[];
            readonly layer: string;
            readonly licences: readonly {
                /** @description The name of the terms. */
                readonly title: string;
                /** @description Where its text is, if it has one. */
                readonly url?: string;
            }[];
            readonly links: readonly components["schemas"]["link"][];
            /** @description What the filters select: counted and all apart, each feature once. */
            readonly matched: number;
            readonly title: string;
        };
        /** @description A row for each bin: km_from, km_to, spanning, undated, then a column for each interval, named by its first day. The last row, without kilometres, has the features without border_km. All numbers but the kilometres add up to what the filters select. */
        readonly profileTable: string;
        /** @description Comma-separated values with lon and lat, or geometry as well-known text. */
        readonly table: string;
        /** @description A tileset for maps (TileJSON 3.0.0). */
        readonly tileJson: {
            readonly attribution: string;
            readonly bounds?: [
                number,
                number,
                number,
                number
            ];
            readonly center?: [
                number,
                number,
                number
            ];
            readonly maxzoom: number;
            readonly minzoom: number;
            readonly name: string;
            readonly scheme: string;
            /** @enum {string} */
            readonly tilejson: "3.0.0";
            readonly tiles: [
                string
            ];
            readonly vector_layers: readonly {
                readonly description: string;
                readonly fields: {
                    readonly [key: string]: unknown;
                };
                readonly id: string;
                readonly maxzoom: number;
                readonly minzoom: number;
            }[];
        };
        readonly tileMatrixSet: {
            readonly crs: string;
            readonly id: string;
            readonly orderedAxes: [
                string,
                string
            ];
            readonly tileMatrices: readonly {
                readonly cellSize: number;
                readonly cornerOfOrigin: string;
                readonly id: string;
                readonly matrixHeight: number;
                readonly matrixWidth: number;
                readonly pointOfOrigin: [
                    number,
                    number
                ];
                readonly scaleDenominator: number;
                readonly tileHeight: number;
                readonly tileWidth: number;
            }[];
            readonly title: string;
            readonly uri: string;
            readonly wellKnownScaleSet: string;
        };
        readonly tileMatrixSets: {
            readonly links: readonly components["schemas"]["link"][];
            readonly tileMatrixSets: readonly {
                readonly crs: string;
                readonly id: string;
                readonly links: readonly components["schemas"]["link"][];
                readonly title: string;
                readonly uri: string;
            }[];
        };
        readonly tileSet: components["schemas"]["tileSetMetadata"] | components["schemas"]["tileJson"];
        /** @description A tileset (OGC 17-083r4 §7). */
        readonly tileSetMetadata: {
            readonly attribution?: string;
            readonly boundingBox?: {
                readonly crs: string;
                readonly lowerLeft: [
                    number,
                    number
                ];
                readonly upperRight: [
                    number,
                    number
                ];
            };
            readonly crs: string;
            /** @enum {string} */
            readonly dataType: "vector";
            readonly layers?: readonly {
                readonly boundingBox?: {
                    readonly crs: string;
                    readonly lowerLeft: [
                        number,
                        number
                    ];
                    readonly upperRight: [
                        number,
                        number
                    ];
                };
                /** @enum {string} */
                readonly dataType: "vector";
                readonly description: string;
                readonly geometryDimension?: number;
                readonly id: string;
                readonly links: [
                    components["schemas"]["link"]
                ];
                readonly maxTileMatrix: string;
                readonly minTileMatrix: string;
                readonly propertiesSchema: {
                    readonly [key: string]: unknown;
                };
                readonly title: string;
            }[];
            readonly links: readonly components["schemas"]["link"][];
            readonly mediaTypes?: [
                string
            ];
            readonly tileMatrixSetId?: string;
            readonly tileMatrixSetLimits: readonly {
                /** @description The easternmost column. */
                readonly maxTileCol: number;
                /** @description The southernmost row. */
                readonly maxTileRow: number;
                /** @description The westernmost column. */
                readonly minTileCol: number;
                /** @description The northernmost row. */
                readonly minTileRow: number;
                /** @description The zoom. */
                readonly tileMatrix: string;
            }[];
            readonly tileMatrixSetURI: string;
            readonly title: string;
        };
        readonly tileSets: {
            readonly links: readonly components["schemas"]["link"][];
            readonly tilesets: readonly components["schemas"]["tileSetMetadata"][];
        };
        /**
         * Format: binary
         * @description A Mapbox Vector Tile 2.1 of layers called as the collections. Where nothing is, it has no layer and so no bytes. Features have their id and those properties that a map draws by. More than 2000 single positions of a layer are clustered: a cluster has cluster (true), point_count, and counts by category such as category:clash.
         */
        readonly vectorTile: string;
        /** @description One warning, in words and for programs. */
        readonly warning: {
            /**
             * @description What kind of warning it is. Programs word it themselves.
             * @enum {string}
             */
            readonly code: "maybe-swapped";
            /** @description What was taken for what, as a sentence without its end. */
            readonly detail: string;
            /** @description The value that was perhaps meant. */
            readonly other: string;
            /** @description What it is about. */
            readonly parameter: string;
        };
        /** @description An XML document with a feature's values as ExtendedData (KML) or extensions (GPX). */
        readonly xml: string;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
