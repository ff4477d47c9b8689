/** What clients are told of tokens and endpoints that do not end, and the longest life that can be given to one (P 2.2, 6.3). */
export const ENDLESS_SECONDS = 2_147_483_647
