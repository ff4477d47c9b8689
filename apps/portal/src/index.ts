/** Where `vite build` leaves the page; a server hands it out under `/portal/`. */
export const portalFolder = new URL('../dist/', import.meta.url)
