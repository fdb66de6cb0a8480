/** Bytes as the text that most programs read. */
export function pem(label: 'CERTIFICATE' | 'PRIVATE KEY', bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
