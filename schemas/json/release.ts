/**
 * Frees the memory of bytes that nothing reads any more: V8 would keep it until its next full collection. Bytes
 * that share their memory with others stay.
 */
export const release = (bytes: Uint8Array): void => {
  const { buffer } = bytes
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength) buffer.transfer(0)
}
