CREATE TABLE meta (key text primary key, value text not null) strict, without rowid;
CREATE TABLE run (
    epoch integer primary key, started integer not null, ended integer, exit integer
  ) strict;
CREATE TABLE cursor (
    athlete integer not null, stage text not null, value text not null,
    primary key (athlete, stage)
  ) strict, without rowid;
CREATE TABLE item (
    athlete integer not null, resource text not null, id text not null,
    status text not null check (
      status in ('listed', 'staged', 'delivered', 'absent', 'quarantined', 'skipped')
    ),
    start integer not null, hash text, reason text,
    tries integer not null default 0, next_try integer, updated integer not null,
    primary key (athlete, resource, id)
  ) strict, without rowid;
CREATE TABLE staged (
    athlete integer not null, resource text not null, id text not null,
    hash text not null, fetched_at integer not null, body blob not null,
    primary key (athlete, resource, id)
  ) strict;
CREATE TABLE pending (
    sink text not null, resource text not null, athlete integer not null, id text not null,
    hash text not null, size integer not null, start integer not null, reason text,
    primary key (sink, resource, athlete, id)
  ) strict, without rowid;
CREATE TABLE landed (
    athlete integer not null, resource text not null, id text not null, sink text not null,
    hash text not null,
    primary key (athlete, resource, id, sink)
  ) strict, without rowid;
CREATE TABLE quota (
    bucket text primary key, start integer not null, used integer not null, cap integer not null
  ) strict, without rowid;
CREATE INDEX item_status on item (athlete, resource, status, start desc);
CREATE INDEX pending_item on pending (athlete, resource, id);
CREATE INDEX pending_order on pending (sink, resource, reason, start desc);
insert into meta values ('sink csv', 'csv');
insert into meta values ('sink json', 'json');
insert into meta values ('sink postgres', 'embedded');
insert into run values (1, 1795478596842, 1795478602148, 0);
insert into run values (2, 1795478602461, null, null);
insert into cursor values (4100001, 'activities', '{"before":1795478603,"page":null,"listed":7,"began":1795478602461}');
insert into cursor values (4100001, 'athlete', '{"fetchedAt":1795478601898,"text":"{\"id\":4100001,\"username\":\"mara_synthetic\",\"resource_state\":3,\"firstname\":\"Mara\",\"lastname\":\"Muster 🏃\",\"bio\":\"I do not exist.\",\"city\":\"Nirgendwo\",\"state\":\"Bayern\",\"country\":\"\",\"sex\":\"F\",\"premium\":true,\"summit\":true,\"created_at\":\"2021-04-29T06:32:49Z\",\"updated_at\":\"2026-11-15T00:00:00Z\",\"badge_type_id\":1,\"weight\":61.4,\"profile_medium\":\"https://example.invalid/athlete/medium.jpg\",\"profile\":\"https://example.invalid/athlete/large.jpg\",\"friend\":null,\"follower\":null,\"blocked\":false,\"can_follow\":true,\"follower_count\":42,\"friend_count\":37,\"mutual_friend_count\":0,\"athlete_type\":1,\"date_preference\":\"%d/%m/%Y\",\"measurement_preference\":\"meters\",\"clubs\":[{\"id\":900001,\"resource_state\":2,\"name\":\"Verein der Unauffindbaren\",\"profile_medium\":\"https://example.invalid/club/medium.png\",\"profile\":\"https://example.invalid/club/large.png\",\"cover_photo\":null,\"cover_photo_small\":null,\"activity_types\":[\"Run\",\"Ride\"],\"activity_types_icon\":\"sports_run_normal\",\"dimensions\":[\"distance\",\"num_activities\"],\"sport_type\":\"running\",\"localized_sport_type\":\"Laufen\",\"city\":\"Nirgendwo\",\"state\":\"\",\"country\":\"\",\"private\":false,\"member_count\":12,\"featured\":false,\"verified\":false,\"url\":\"unauffindbar\",\"membership\":\"member\",\"admin\":false,\"owner\":false}],\"postable_clubs_count\":1,\"ftp\":245,\"bikes\":[{\"id\":\"b7190031\",\"primary\":true,\"name\":\"Rennrad\",\"nickname\":\"\",\"resource_state\":2,\"retired\":false,\"distance\":0,\"converted_distance\":0.0},{\"id\":\"b9420177\",\"primary\":false,\"name\":\"Gravel \\\"Mud\\\" 40\",\"nickname\":\"\",\"resource_state\":2,\"retired\":false,\"distance\":0,\"converted_distance\":0.0}],\"shoes\":[{\"id\":\"g8812040\",\"primary\":true,\"name\":\"Wolke 2\",\"nickname\":\"\",\"resource_state\":2,\"retired\":true,\"distance\":17200,\"converted_distance\":17.2},{\"id\":\"g10490213\",\"primary\":false,\"name\":\"Wolke 3\",\"nickname\":\"\",\"resource_state\":2,\"retired\":true,\"distance\":0,\"converted_distance\":0.0},{\"id\":\"g14022977\",\"primary\":false,\"name\":\"Wolke 4, blue\",\"nickname\":\"\",\"resource_state\":2,\"retired\":true,\"distance\":8600,\"converted_distance\":8.6},{\"id\":\"g18270505\",\"primary\":false,\"name\":\"Wolke 5\",\"nickname\":\"\",\"resource_state\":2,\"retired\":false,\"distance\":8600,\"converted_distance\":8.6},{\"id\":\"g12380161\",\"primary\":false,\"name\":\"Pfad 1\",\"nickname\":\"\",\"resource_state\":2,\"retired\":false,\"distance\":0,\"converted_distance\":0.0}]}"}');
insert into item values (4100001, 'activities', '10060361114', 'delivered', 1680149759000, 'fdaf26db1987d9f99bea3243ee472f98b85862c104a7f895fbeb0fcd4670102a', null, 0, null, 1795478602097);
insert into item values (4100001, 'activities', '13161866576', 'delivered', 1720854631000, '60ffa1b473ea93b88a640d3837cce91f9ca1052cc69b24fa68ee54d07d582719', null, 0, null, 1795478602097);
insert into item values (4100001, 'activities', '13925723923', 'delivered', 1730872889000, '1cd5c44499b2c22085d3dd12366e18a23a2d5a51c9a28cde3e96423f1695f63d', null, 0, null, 1795478602097);
insert into item values (4100001, 'activities', '16562479556', 'delivered', 1765470053000, '91ec6a2ad0add733fe9e93ac150b5d43f29ea6665888aa49c7e604e0125d4ae2', null, 0, null, 1795478602097);
insert into item values (4100001, 'activities', '17793662759', 'staged', 1781626474000, 'b074ad403ca78cccfc5e59a3eeab31d94c325387e9bd30b7a21d76688b3471bf', null, 0, null, 1795478602792);
insert into item values (4100001, 'activities', '5649287225', 'delivered', 1622269969000, 'c7b85aed63f8a2e02684280b2d3029566631b099a800ab6a8dca2af6845f7f79', null, 0, null, 1795478602097);
insert into item values (4100001, 'activities', '7591828547', 'delivered', 1647760677000, 'a773e866920b53ebdf94cf77c3c00378ab5544641f22f09e5d4527db69187941', null, 0, null, 1795478602097);
insert into item values (4100001, 'athlete', '4100001', 'delivered', 0, '9fd35e63d57a2b51f95a5ffa58638918119fa149d18a99f202bbd04243191e90', null, 0, null, 1795478601981);
insert into item values (4100001, 'streams', '10060361114', 'listed', 1680149759000, null, null, 0, null, 1795478602025);
insert into item values (4100001, 'streams', '13161866576', 'staged', 1720854631000, '760bb6d43bbc3494c455e2457d9dfe94487f083e05292995f9af6579529175b7', null, 0, null, 1795478602907);
insert into item values (4100001, 'streams', '13925723923', 'staged', 1730872889000, 'f2a9bd8374b2bf8e8c04400e84109e78d9238d59aa3c203e270cc4f48a1731de', null, 0, null, 1795478602889);
insert into item values (4100001, 'streams', '16562479556', 'absent', 1765470053000, null, 'Strava has none (404)', 1, null, 1795478602145);
insert into item values (4100001, 'streams', '17793662759', 'delivered', 1781626474000, '25e70a790827a6bf8d3a355a60e96560ace65e7c65d453902a609bfb49f22b87', null, 0, null, 1795478602138);
insert into item values (4100001, 'streams', '5649287225', 'listed', 1622269969000, null, null, 0, null, 1795478602025);
insert into item values (4100001, 'streams', '7591828547', 'listed', 1647760677000, null, null, 0, null, 1795478602025);
insert into staged values (4100001, 'activities', '17793662759', 'b074ad403ca78cccfc5e59a3eeab31d94c325387e9bd30b7a21d76688b3471bf', 1795478602787, x'1f8b0800000000000403ab562a4a2dce2f2d4a4e8d2f2e492c4955b232d2514a2cc9c84905b1ab95325394ac4c0c0d0c0c0c0c7530941ad6ea28e525e6a62a592905a58218290a49a925e5a9a9790a25e5f90a45a579c54a3a4a2999c5258979c9a94a56168616967a163a4ab9f9659979e9f1259920ad4666e6663a4aa9398905c5a929286225f9258939f1a939a965892599f979f1e98999794a5646967a663a4a259505606b4bf39474948a0bf28b4ae25184caf38bb2f34b6182063a4a29a96599c9a9f120572a5929052426a7e664e6a52a0464e4e7a52a38161428e980fd6a686e6e696c6666646e6aa9a3545c925854129f020e1625230323335d03335d43b31043332b43132b63932890dd7035f139f9c989394a56282a2d102a41deadcacf03395bc3dd3744dbc0d0cac04053c1b5b428bf2055df29b5282713e499d292e4f8fcb4b4e2d412252b732303033d031d2590c9e02048ce2ca954b2ca2bcdc9411284461c9a68727e695e49115c75627246666a596a6e6a5e493c584ac9ca404729bb3425bf18c637d1514acecf4553014d0b3035463a4a0519f925f930be818e526e6281921524a5282522851f28704a7373138b2ae30bf2732a41c1ad64a5949e989ae3919a5457e350e498e250e71854e3e897e298e998e090ec1c55e994e350eb54e718ef50e458e050e458e150e458e250e1e897e2145de6185be2685fe5e851e11891e0e453e31852e098e350e11855e51851e198e190e398e998e290ef54e090eb54e598ea50e51850e7e851e298e290e398e058e498e098e050e3e490e31c9ce59ce990e79ceb90e794ec50e494e890e19ce990e05cee50e554ea50e0145de4149ce71cef90e55cea50e294eb50e7e453e254e058e700b12ec3a1cc31cba1ca31aece31a0c831acc231a0c6312ac121cf29dda1c829df21cd39d321cbd9b7cec93fc339b6ce2936cb39d5a1c039b6c229bac62934c73932cdb9d021c1b9d8313ad331dfb1d031d5b1d8b1daa1d231dba1dc31d7a1d031dba1dad13fd1c9bddad1b1d0a1c0c933c1d933cd39bcc23934c339df21cfa9dcd1bdd831d721de31df312aded929d7b9d431d5a1dc31bad63136dd31c3d121c9b9daa1cea1d231b2da3134d9c9b3dc31b4d4d1b7d6d13eacd229cda1d029c921d939d121d3a9d63126a6d631a2d6d1a7166460bc43a5a36fb29343b5a337c8bce06c67a76267a75aa70c876aa722875aa714876467ef5aa76427a77827af7247e774874ac71c8744e7989878e7806aa78862e704876ce714875aa71c874aa7989872a7b05ce7048762e78844e7b844e744c778c75a47a742904b7ce39d7c2b1d131d9ce39dd31cf29dd31c929dd31c8b1daa1c9dab1cbdeb1c3dab1ce3921c6b1cab1c6a1de24066a43a6738a43b2b61163d46b53a4a2545899979a9454a56698939c5a990c45b0a2ab6a0fcdcc4bc52508684720b8a32cbc05919ca2fcb2cce4ccacc01e728a5d4b2d4a24a50e6d4514acb494c4f4f4d811b9b9e9a58140f2a0795d20d2d8ccc0d4c0d4c41491b9cef73124b72f2d295aca24d2cf58c4dcc2c8d740c0df40c4d8d4dcc8d63759452f352e2d15518184295981a18c6ea282596a51625a6a7c61717a482ac34d6333003e5a80a8480a98905425972624a2aa42835d6b3440897a4e61628591999e828652416c767a42616951481bd5a52549a8a508624616862a16702b10959d4d41454dcc045e2f30b4ae2f34b4be0619192595c909358199f9199928ab007a42c333f4fc90a621da8c48ecfc84ccf50b232313607b9132c92935f0eaa4b4c40354069414e7e620a38540d2d2ccd2c0c4c4c8d0d4c7494e0e2f1c525454a564a48924a3a4aa91525a945798939607d4aa51945e5a945d9f105a5c519f1a80ad38af273e3139393530b4a40754a623adc030545482517a482412fcf4041082a1741f1014d2ac5a56969a945f1c5c9f945a94a56c6a67a06b500317e8b6d39070000');
insert into staged values (4100001, 'streams', '13925723923', 'f2a9bd8374b2bf8e8c04400e84109e78d9238d59aa3c203e270cc4f48a1731de', 1795478602885, x'1f8b0800000000000403ab562ac9cc4d55b2aa564a492c4954b28a36d031343535d431363430d2313133358ed5512a4e2dca4c2d8e2fa92c4855b2524ac92c2e49cc4b4e55d251ca2fca4ccfcc4bcc892fceac4a55b232d1512a4a2dcecf292dc9cccf53b252cac84ccf50aad541e840b245cf40c7c4d4d45ccf52c7d2d2c852cf52c7d0c4d4d442cf840ad6e52496e4e4a5237929dac452cfd8d4c0c8cc52c7d040cfd0d4d0ccc43c56072c6a646c606a021135313633838a9a98981b9882458d0c0d8d8da0a2a6064630b58666e6b1547069624e496649690a72f09b189bea99eb98181beb99e998181be959e88045a86059596a4e7e726649657c716e7e7e490652f818e819e818eb999998e918eb195b9aea18e959189852c1c6e4c4945450424144bb85918e85898e85998e851915cccfcd2fcb4489e892a2d2541d54820ad6a41725a6a4620f355d433d431d5d233d631d033d438aadaa0500dc9116ce8d030000');
insert into staged values (4100001, 'streams', '13161866576', '760bb6d43bbc3494c455e2457d9dfe94487f083e05292995f9af6579529175b7', 1795478602907, x'1f8b0800000000000403ab562ac9cc4d55b2aa564a492c4954b28a36d0b13434d631b43032d3313237b68cd5512a4e2dca4c2d8e2fa92c4855b28228d751ca2fca4ccfcc4bcc892fceac4a55b232d1512a4a2dcecf292dc9cccf53b252cac84ccf50aad551ca484d2c2a294a2c41b6c1d240c7d0d054c7d0c044c7d0c082420b4a52730b905c6f68a963640041141a9c9b5f9699978e6474495169aa0e2a419115b500ef9211ca7b010000');
insert into pending values ('csv', 'activities', 4100001, '17793662759', 'b074ad403ca78cccfc5e59a3eeab31d94c325387e9bd30b7a21d76688b3471bf', 1849, 1781626474000, null);
insert into pending values ('csv', 'streams', 4100001, '13161866576', '760bb6d43bbc3494c455e2457d9dfe94487f083e05292995f9af6579529175b7', 379, 1720854631000, null);
insert into pending values ('csv', 'streams', 4100001, '13925723923', 'f2a9bd8374b2bf8e8c04400e84109e78d9238d59aa3c203e270cc4f48a1731de', 909, 1730872889000, null);
insert into pending values ('json', 'streams', 4100001, '13161866576', '760bb6d43bbc3494c455e2457d9dfe94487f083e05292995f9af6579529175b7', 379, 1720854631000, null);
insert into landed values (4100001, 'activities', '10060361114', 'csv', 'fdaf26db1987d9f99bea3243ee472f98b85862c104a7f895fbeb0fcd4670102a');
insert into landed values (4100001, 'activities', '10060361114', 'json', 'fdaf26db1987d9f99bea3243ee472f98b85862c104a7f895fbeb0fcd4670102a');
insert into landed values (4100001, 'activities', '10060361114', 'postgres', 'fdaf26db1987d9f99bea3243ee472f98b85862c104a7f895fbeb0fcd4670102a');
insert into landed values (4100001, 'activities', '13161866576', 'csv', '60ffa1b473ea93b88a640d3837cce91f9ca1052cc69b24fa68ee54d07d582719');
insert into landed values (4100001, 'activities', '13161866576', 'json', '60ffa1b473ea93b88a640d3837cce91f9ca1052cc69b24fa68ee54d07d582719');
insert into landed values (4100001, 'activities', '13161866576', 'postgres', '60ffa1b473ea93b88a640d3837cce91f9ca1052cc69b24fa68ee54d07d582719');
insert into landed values (4100001, 'activities', '13925723923', 'csv', '1cd5c44499b2c22085d3dd12366e18a23a2d5a51c9a28cde3e96423f1695f63d');
insert into landed values (4100001, 'activities', '13925723923', 'json', '1cd5c44499b2c22085d3dd12366e18a23a2d5a51c9a28cde3e96423f1695f63d');
insert into landed values (4100001, 'activities', '13925723923', 'postgres', '1cd5c44499b2c22085d3dd12366e18a23a2d5a51c9a28cde3e96423f1695f63d');
insert into landed values (4100001, 'activities', '16562479556', 'csv', '91ec6a2ad0add733fe9e93ac150b5d43f29ea6665888aa49c7e604e0125d4ae2');
insert into landed values (4100001, 'activities', '16562479556', 'json', '91ec6a2ad0add733fe9e93ac150b5d43f29ea6665888aa49c7e604e0125d4ae2');
insert into landed values (4100001, 'activities', '16562479556', 'postgres', '91ec6a2ad0add733fe9e93ac150b5d43f29ea6665888aa49c7e604e0125d4ae2');
insert into landed values (4100001, 'activities', '17793662759', 'csv', 'c0e5e31c0428ca14f4ed31c7d38c4a0a25f966d89696cac8f3012f196f5b934d');
insert into landed values (4100001, 'activities', '17793662759', 'json', 'b074ad403ca78cccfc5e59a3eeab31d94c325387e9bd30b7a21d76688b3471bf');
insert into landed values (4100001, 'activities', '17793662759', 'postgres', 'b074ad403ca78cccfc5e59a3eeab31d94c325387e9bd30b7a21d76688b3471bf');
insert into landed values (4100001, 'activities', '5649287225', 'csv', 'c7b85aed63f8a2e02684280b2d3029566631b099a800ab6a8dca2af6845f7f79');
insert into landed values (4100001, 'activities', '5649287225', 'json', 'c7b85aed63f8a2e02684280b2d3029566631b099a800ab6a8dca2af6845f7f79');
insert into landed values (4100001, 'activities', '5649287225', 'postgres', 'c7b85aed63f8a2e02684280b2d3029566631b099a800ab6a8dca2af6845f7f79');
insert into landed values (4100001, 'activities', '7591828547', 'csv', 'a773e866920b53ebdf94cf77c3c00378ab5544641f22f09e5d4527db69187941');
insert into landed values (4100001, 'activities', '7591828547', 'json', 'a773e866920b53ebdf94cf77c3c00378ab5544641f22f09e5d4527db69187941');
insert into landed values (4100001, 'activities', '7591828547', 'postgres', 'a773e866920b53ebdf94cf77c3c00378ab5544641f22f09e5d4527db69187941');
insert into landed values (4100001, 'athlete', '4100001', 'csv', '9fd35e63d57a2b51f95a5ffa58638918119fa149d18a99f202bbd04243191e90');
insert into landed values (4100001, 'athlete', '4100001', 'json', '9fd35e63d57a2b51f95a5ffa58638918119fa149d18a99f202bbd04243191e90');
insert into landed values (4100001, 'athlete', '4100001', 'postgres', '9fd35e63d57a2b51f95a5ffa58638918119fa149d18a99f202bbd04243191e90');
insert into landed values (4100001, 'streams', '13161866576', 'postgres', '760bb6d43bbc3494c455e2457d9dfe94487f083e05292995f9af6579529175b7');
insert into landed values (4100001, 'streams', '13925723923', 'json', 'f2a9bd8374b2bf8e8c04400e84109e78d9238d59aa3c203e270cc4f48a1731de');
insert into landed values (4100001, 'streams', '13925723923', 'postgres', 'f2a9bd8374b2bf8e8c04400e84109e78d9238d59aa3c203e270cc4f48a1731de');
insert into landed values (4100001, 'streams', '17793662759', 'csv', '25e70a790827a6bf8d3a355a60e96560ace65e7c65d453902a609bfb49f22b87');
insert into landed values (4100001, 'streams', '17793662759', 'json', '25e70a790827a6bf8d3a355a60e96560ace65e7c65d453902a609bfb49f22b87');
insert into landed values (4100001, 'streams', '17793662759', 'postgres', '25e70a790827a6bf8d3a355a60e96560ace65e7c65d453902a609bfb49f22b87');
insert into quota values ('all15', 1795478400000, 10, 1000000);
insert into quota values ('allDay', 1795478400000, 10, 10000000);
insert into quota values ('read15', 1795478400000, 10, 1000000);
insert into quota values ('readDay', 1795478400000, 10, 10000000);
pragma user_version = 1;
pragma application_id = 0;
