import { Secret } from '../parts/secret.tsx'

export function RecoveryCodesOnce({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const value = codes.join('\n')
  return (
    <Secret
      title="Recovery codes"
      about="Each of them signs you in once in place of a code, should your phone be gone. Keep them apart from the password."
      values={[{ name: 'Codes', value, fileName: 'recovery-codes.txt' }]}
      onClose={onClose}
    />
  )
}
