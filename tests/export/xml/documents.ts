/** GPX and TCX documents for tests. */

const ascii = new TextEncoder()

/** Returns the bytes of a document in UTF-8. */
export const utf8 = (text: string): Uint8Array => ascii.encode(text)

/** Returns a GPX document with these points in one segment. */
export const gpxOf = (...points: ReadonlyArray<string>): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Test Device" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><time>1999-01-01T00:00:00Z</time></metadata>
<trk><name>Device name</name><type>running</type><trkseg>
${points.join("\n")}
</trkseg></trk></gpx>`

/** Returns a TCX document with these points in one track. */
export const tcxOf = (...points: ReadonlyArray<string>): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">
<Activities><Activity Sport="Biking"><Id>1999-01-01T00:00:00Z</Id>
<Lap StartTime="1999-01-01T00:00:00Z"><TotalTimeSeconds>10</TotalTimeSeconds>
<DistanceMeters>99999</DistanceMeters><AverageHeartRateBpm><Value>111</Value></AverageHeartRateBpm>
<MaximumHeartRateBpm><Value>222</Value></MaximumHeartRateBpm><Cadence>33</Cadence>
<Track>
${points.join("\n")}
</Track>
<Extensions><LX><AvgSpeed>44</AvgSpeed><AvgWatts>555</AvgWatts></LX></Extensions></Lap>
<Creator><Name>Test Device</Name></Creator></Activity></Activities>
<Author><Name>Test Program</Name></Author></TrainingCenterDatabase>`
