"""Words that records of releases are made of: the preset dictionary of their compression. Part of spec/release.md."""

WORDS = (
    b'"LTU""LVA""EST""POL""FIN"jammingspoofing"agreement""withdrawn""timed_out""refused""accepted""offered"'
    b'"expired""not_seen""seen""asked""drafted""approved""acknowledged""escalated""shelved""begun""changed""ended"'
    b'"kind":"cue","cue_id":"","state":"asked","asker":"","asked":"","latitude_deg":,"longitude_deg":,"altitude_m":,'
    b'"radius_m":,"velocity_east_mps":,"velocity_north_mps":,"network_id":"","seen_as":"","expires_ns":,"reason":""'
    b'"kind":"handover","handover_id":"","state":"offered","network_id":"","giver":"","taker":"","offered_ns":17,'
    b'"kind":"partner_notice","about":"interference","about":"approval","about":"warning","about":"alert",'
    b'"notice_id":"","state":"raised","level":"advisory""level":"yellow""level":"red""level":"critical",'
    b'"headline":"Satellite navigation Public warning predicted to enter a protected area","network_ids":["LTU-","LVA-"'
    b'],"polygon":[[2,5],[2,5]],"eta_ns":[17,17],"is_over":true,"time_ns":17'
)
"""Never changed within version 1: both ends must hold the same octets."""
