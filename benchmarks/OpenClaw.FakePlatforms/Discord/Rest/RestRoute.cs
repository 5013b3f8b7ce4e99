namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>How many requests in how long.</summary>
/// <param name="Name">Routes of one name share a bucket.</param>
internal sealed record BucketRule(string Name, int Limit, TimeSpan Window)
{
    public static BucketRule Of(string name, int limit, double seconds) => new(name, limit, TimeSpan.FromSeconds(seconds));
}

/// <summary>One route of the API.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Template">As the description writes it.</param>
/// <param name="Rule">Its bucket; null: it has none.</param>
/// <param name="Handle">Called under the lock of the world.</param>
internal sealed record RestRoute(string Method, string Template, BucketRule? Rule, Func<RestCall, RestAnswer> Handle)
{
    private static readonly string[] TopLevel = ["channel_id", "guild_id", "webhook_id", "webhook_token"];

    private readonly string[] _segments = Template.Split('/');

    /// <summary>False: a token in the path says enough.</summary>
    public bool NeedsBot { get; init; } = true;

    /// <summary>False: interactions do not count towards the global limit.</summary>
    public bool IsGlobal { get; init; } = true;

    /// <summary>A bucket of its own for some requests of the route; null: the usual one.</summary>
    public Func<RestCall, BucketRule?>? Special { get; init; }

    /// <summary>The parameters of a path that belongs to it; null: it does not.</summary>
    public Dictionary<string, string>? Match(string[] path)
    {
        if (path.Length != _segments.Length) return null;
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        for (var i = 0; i < path.Length; i++)
        {
            if (_segments[i].StartsWith('{'))
            {
                if (path[i].Length == 0) return null;
                values[_segments[i].Trim('{', '}')] = Uri.UnescapeDataString(path[i]);
            }
            else if (!string.Equals(_segments[i], path[i], StringComparison.Ordinal))
            {
                return null;
            }
        }

        return values;
    }

    /// <summary>What the bucket's counts are kept apart by.</summary>
    public static string Resource(IReadOnlyDictionary<string, string> route) => string.Join(':', TopLevel.Select(route.GetValueOrDefault).OfType<string>());
}
