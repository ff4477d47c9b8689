/**
 * Parses JSON that may have comments, trailing commas and a byte order mark, as the printed manifest has (W 11.2).
 * @throws {SyntaxError} with the line as it is in `text`, where the engine names one
 */
export function parseLenientJson(text: string): unknown {
  // Strings are matched first, so that what looks like a comment or a comma inside one stays.
  const withoutComments = text
    .replace(/^\uFEFF/, '')
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g, (found, string) => string ?? blank(found))
  const strict = withoutComments.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string) => string ?? ' ')
  return JSON.parse(strict)
}

function blank(comment: string): string {
  return comment.replace(/[^\n\r]/g, ' ')
}
