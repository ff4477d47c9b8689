/**
 * Which app an archive is of, by its name: `app_<appId>-v<X.Y.Z>_<YYYYMMDD>.tar.gz` and its like (W 11.1), else what stands before the version.
 * It is only offered: what is right stands in the package.
 */
export function guessAppId(fileName: string): string {
  const name = fileName.replace(/(\.tar\.gz|\.tgz|\.zip)$/i, '')
  return name
    .replace(/^app_?/i, '')
    .replace(/[-_]v?\d+\.\d+(\.\d+)?.*$/i, '')
    .replace(/ \(\d+\)$/, '')
}
