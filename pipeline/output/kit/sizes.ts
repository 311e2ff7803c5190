/** Sizes of files and responses, in powers of 1,000. */

const units = [[1e5, 1e3, "kilobyte"], [1e9, 1e6, "megabyte"], [Infinity, 1e9, "gigabyte"]] as const

const formats = units.map(([below, size, unit]) => ({
  below,
  size,
  format: new Intl.NumberFormat("en", {
    style: "unit",
    unit,
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }),
}))

/** Returns `0.4 kB`, `12.3 MB`, `1.5 GB`. */
export const formatSize = (bytes: number): string => {
  const { format, size } = formats.find(({ below }) => bytes < below) ?? formats[0]!
  return format.format(bytes / size)
}
