/** Sports as Strava's API names them: values of `sport_type`. */

/** Values of June 2026; Strava adds to them without notice. */
export const sportTypes: ReadonlyArray<string> = `
  AlpineSki BackcountrySki Badminton Basketball Canoeing Cricket Crossfit Dance EBikeRide Elliptical
  EMountainBikeRide Golf GravelRide Handcycle HighIntensityIntervalTraining Hike IceSkate InlineSkate
  Kayaking Kitesurf MountainBikeRide NordicSki Padel PhysicalTherapy Pickleball Pilates Racquetball
  Ride RockClimbing RollerSki Rowing Run Sail Skateboard Snowboard Snowshoe Soccer Squash
  StairStepper StandUpPaddling Surfing Swim TableTennis Tennis TrailRun Velomobile VirtualRide
  VirtualRow VirtualRun Volleyball Walk WaterSport WeightTraining Wheelchair Windsurf Workout Yoga`
  .trim().split(/\s+/)
