/** With the country an app is told along with it (W 10.2). */
export const languages = [
  { language: 'en-GB', name: 'English', country: 'United Kingdom' },
  { language: 'fr-FR', name: 'Français', country: 'France' },
  { language: 'de-DE', name: 'Deutsch', country: 'Germany' },
  { language: 'es-ES', name: 'Español', country: 'Spain' },
  { language: 'it-IT', name: 'Italiano', country: 'Italy' },
  { language: 'nl-NL', name: 'Nederlands', country: 'Netherlands' },
  { language: 'pl-PL', name: 'Polski', country: 'Poland' },
  { language: 'pt-PT', name: 'Português', country: 'Portugal' },
] as const
