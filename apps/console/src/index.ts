/** Where `vite build` leaves the page; a server hands it out under `/console/`. */
export const consoleFolder = new URL('../dist/', import.meta.url)
