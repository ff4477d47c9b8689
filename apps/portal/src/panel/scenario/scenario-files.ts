/** Those in public/scenarios, by the names of their files. */
export const scenarioFiles = [
  { file: 'city-trip', name: 'City trip' },
  { file: 'motorway-with-tunnel', name: 'Motorway with tunnel' },
  { file: 'low-battery', name: 'Low battery' },
] as const

/** The YAML; undefined if it cannot be had. */
export async function fetchScenario(file: string): Promise<string | undefined> {
  try {
    const response = await fetch(`/portal/scenarios/${file}.yaml`)
    return response.ok ? await response.text() : undefined
  } catch {
    return undefined
  }
}

/** Gives the text to the user, as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Not before the browser has begun with it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
