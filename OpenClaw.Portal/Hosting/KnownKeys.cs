namespace OpenClaw.Portal.Hosting;

/// <summary>The keys of our sections. A key that is not here is a slip of the pen, and a slip must not go unnoticed.</summary>
internal static class KnownKeys
{
    private static readonly string[] All =
    [
        "Urls", "PublicUrl", "Proxy:Known", "Data:Directory", "Blobs:Provider",
        "Database:Provider", "Database:MigrateOnStart", "ConnectionStrings:Gateway",
        "Cluster:RabbitMq", "Cluster:NodeName", "Cluster:Partitions", "Cache:Redis",
        "Bootstrap:AdminEmail", "Bootstrap:AdminPassword", "Bootstrap:Tenant", "Bootstrap:ApiKey",
        "Security:MasterKey", "Security:PrivateHosts",
        "Smtp:Host", "Smtp:Port", "Smtp:Security", "Smtp:User", "Smtp:Password", "Smtp:From",
        "Limits:MaxMessageBytes", "Limits:MaxAttachmentBytes", "Limits:IngressQueue", "Limits:ConnectionsPerAddress",
        "Telemetry:OtlpEndpoint", "Telemetry:OtlpProtocol", "Telemetry:OtlpHeaders", "Telemetry:TraceRatio", "Telemetry:TraceUrl",
    ];

    private static readonly string[] Sections =
        ["Proxy", "Data", "Blobs", "Database", "Cluster", "Cache", "Bootstrap", "Security", "Smtp", "Limits", "Telemetry"];

    /// <summary>One fault for each key of our sections that nobody reads.</summary>
    public static void Check(IConfiguration configuration, ConfigurationReader reader)
    {
        foreach (var section in Sections)
            foreach (var child in configuration.GetSection(section).GetChildren())
            {
                var key = $"{section}:{child.Key}";
                if (All.Contains(key, StringComparer.OrdinalIgnoreCase)) continue;
                var near = Nearest(key);
                reader.Fault(key, $"there is no such key.{(near is null ? "" : $" Did you mean {near}?")} Known in this section: {string.Join(", ", All.Where(k => k.StartsWith(section + ":", StringComparison.Ordinal)))}.");
            }
    }

    private static string? Nearest(string key) =>
        All.Select(known => (known, distance: Distance(known.ToUpperInvariant(), key.ToUpperInvariant())))
            .Where(c => c.distance <= 4).OrderBy(c => c.distance).Select(c => c.known).FirstOrDefault();

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
