using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Portal.Hosting.Telemetry;

namespace OpenClaw.Portal.Hosting;

/// <summary>Builds the checked settings from what .NET's configuration brings, or tells every fault.</summary>
internal static partial class GatewayConfiguration
{
    /// <summary>Passwords that people or configuration choose have at least so many characters.</summary>
    public const int MinPasswordLength = 10;

    /// <summary>… of which so many differ.</summary>
    public const int MinPasswordVariety = 4;

    private const string DefaultUrl = "http://localhost:5080";

    /// <summary>Settings when there is no fault; else null and all faults, one line each.</summary>
    public static (PortalSettings? Settings, IReadOnlyList<string> Faults) Read(IConfiguration configuration, string contentRoot)
    {
        var reader = new ConfigurationReader(configuration);
        KnownKeys.Check(configuration, reader);
        RefuseWhatIsNotBuilt(reader);
        var urls = ReadUrls(reader);
        var provider = DatabaseConfiguration.ReadProvider(reader);
        var settings = new PortalSettings
        {
            Urls = string.Join(';', urls),
            KnownProxies = ReadProxies(reader),
            Telemetry = TelemetryConfiguration.Read(reader),
            Gateway = new()
            {
                PublicUrl = ReadPublicUrl(reader, urls),
                DataDirectory = ReadDataDirectory(reader, contentRoot),
                DatabaseProvider = provider,
                ConnectionString = DatabaseConfiguration.ReadConnectionString(reader, provider),
                MigrateOnStart = reader.Flag("Database:MigrateOnStart", fallback: true),
                MasterKey = ReadMasterKey(reader),
                PrivateHosts = ReadPrivateHosts(reader),
                Limits = ReadLimits(reader),
                Bootstrap = ReadBootstrap(reader),
                Smtp = SmtpConfiguration.Read(reader),
            },
        };
        return reader.Faults.Count == 0 ? (settings, []) : (null, reader.Faults);
    }

    /// <summary>True for a tenant's slug: 1–40 lower-case letters, digits and inner hyphens.</summary>
    public static bool IsSlug(string text) => Slug().IsMatch(text);

    /// <summary>True for what can be an e-mail address and nothing more (no display name).</summary>
    public static bool IsEmail(string text) => text.Length <= 254 && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text && !text.Contains(' ', StringComparison.Ordinal);

    /// <summary>A setting that later versions know is refused, not ignored: nobody shall believe to run a cluster and run one node.</summary>
    private static void RefuseWhatIsNotBuilt(ConfigurationReader reader)
    {
        const string none = "nothing, as this version does not have it yet; leave the key out";
        foreach (var key in (string[])["Cluster:RabbitMq", "Cache:Redis"]) // both may hold a password
            if (reader.Text(key) is { } value) reader.SecretFault(key, value, none);
        if (reader.Text("Blobs:Provider") is { } blobs && !blobs.Equals("Directory", StringComparison.OrdinalIgnoreCase))
            reader.Fault("Blobs:Provider", blobs, "Directory (this version has no other)");
        reader.Number("Cluster:Partitions", 256, 1, 4096);
    }

    private static List<string> ReadUrls(ConfigurationReader reader)
    {
        var urls = reader.List("Urls").ToList();
        if (urls.Count == 0) urls.Add(DefaultUrl);
        foreach (var url in urls.Where(u => ParseListen(u) is not { Scheme: "http" or "https", AbsolutePath: "/", Query: "", Fragment: "" }))
            reader.Fault("Urls", url, $"http or https addresses to listen on, without a path, separated by semicolons (default {DefaultUrl})");
        return urls;
    }

    /// <summary>Kestrel's <c>*</c> and <c>+</c> are not hosts to <see cref="Uri"/>.</summary>
    private static Uri? ParseListen(string url) =>
        Uri.TryCreate(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri) ? uri : null;

    private static Uri ReadPublicUrl(ConfigurationReader reader, IReadOnlyList<string> urls)
    {
        if (reader.Text("PublicUrl") is not { } text) return FromListen(urls[0]);
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" } && BasePath.IsUsable(uri.AbsolutePath))
            return uri.AbsolutePath.EndsWith('/') ? uri : new UriBuilder(uri) { Path = uri.AbsolutePath + "/" }.Uri;
        reader.Fault("PublicUrl", text, $"the http or https address that people's browsers use, such as https://chat.example.org, or with a path where the gateway shares a site, such as https://example.org/gateway/. The path may not begin with a name of the gateway's own ({BasePath.Taken})");
        return FromListen(urls[0]);
    }

    private static Uri FromListen(string url)
    {
        var uri = ParseListen(url) ?? new Uri(DefaultUrl);
        return uri.Host is "0.0.0.0" or "[::]" ? new UriBuilder(uri) { Host = "localhost" }.Uri : uri;
    }

    private static List<string> ReadProxies(ConfigurationReader reader)
    {
        var proxies = reader.List("Proxy:Known").ToList();
        foreach (var proxy in proxies.Where(p => !IPAddress.TryParse(p, out _) && !IPNetwork.TryParse(p, out _)))
            reader.Fault("Proxy:Known", proxy, "IP addresses and networks such as 10.0.0.5 or 10.0.0.0/8");
        return proxies;
    }

    private static string ReadDataDirectory(ConfigurationReader reader, string contentRoot)
    {
        var text = reader.Text("Data:Directory") ?? "data";
        try
        {
            var path = Path.GetFullPath(text, contentRoot);
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".write-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");
            File.WriteAllBytes(probe, [1]);
            File.Delete(probe);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            reader.Fault("Data:Directory", text, $"a directory that this process can make and write ({e.Message.TrimEnd('.')})");
            return contentRoot;
        }
    }

    private static string? ReadMasterKey(ConfigurationReader reader)
    {
        var text = reader.Text("Security:MasterKey");
        if (text is { Length: < 16 }) reader.SecretFault("Security:MasterKey", text, "at least 16 characters, better 32 random ones");
        return text;
    }

    private static IReadOnlyList<string> ReadPrivateHosts(ConfigurationReader reader)
    {
        var hosts = reader.List("Security:PrivateHosts");
        foreach (var host in hosts)
            if (!PrivateHost.TryParse(host, out _, out var fault)) reader.Fault("Security:PrivateHosts", host, $"*, or a list of hosts (host or host:port) and networks (10.0.0.0/8): {fault}");
        return hosts;
    }

    private static LimitOptions ReadLimits(ConfigurationReader reader)
    {
        var defaults = new LimitOptions();
        return new()
        {
            MaxMessageBytes = (int)reader.Number("Limits:MaxMessageBytes", defaults.MaxMessageBytes, 1, 1_048_576),
            MaxAttachmentBytes = reader.Number("Limits:MaxAttachmentBytes", defaults.MaxAttachmentBytes, 1, 1_073_741_824),
            IngressQueue = (int)reader.Number("Limits:IngressQueue", defaults.IngressQueue, 1, 1_000_000),
            ConnectionsPerAddress = (int)reader.Number("Limits:ConnectionsPerAddress", defaults.ConnectionsPerAddress, 1, 1_000_000),
        };
    }

    private static BootstrapOptions ReadBootstrap(ConfigurationReader reader)
    {
        var options = new BootstrapOptions
        {
            AdminEmail = reader.Text("Bootstrap:AdminEmail"),
            AdminPassword = reader.Text("Bootstrap:AdminPassword"),
            Tenant = reader.Text("Bootstrap:Tenant") ?? "default",
            ApiKey = reader.Text("Bootstrap:ApiKey"),
        };
        if ((options.AdminEmail is null) != (options.AdminPassword is null))
            reader.Fault(options.AdminEmail is null ? "Bootstrap:AdminEmail" : "Bootstrap:AdminPassword", "is missing. Allowed: Bootstrap:AdminEmail and Bootstrap:AdminPassword both, or neither.");
        if (options.AdminEmail is { } email && !IsEmail(email)) reader.Fault("Bootstrap:AdminEmail", email, "an e-mail address");
        if (options.AdminPassword is { } password && (password.Length is < MinPasswordLength or > 256 || password.Distinct().Count() < MinPasswordVariety))
            reader.SecretFault("Bootstrap:AdminPassword", password, string.Create(CultureInfo.InvariantCulture, $"{MinPasswordLength} to 256 characters, {MinPasswordVariety} of them different"));
        if (!IsSlug(options.Tenant)) reader.Fault("Bootstrap:Tenant", options.Tenant, "1 to 40 lower-case letters, digits and inner hyphens");
        if (options.ApiKey is { } key && !Key().IsMatch(key))
            reader.SecretFault("Bootstrap:ApiKey", key, "ock_ and at least 32 more visible ASCII characters");
        return options;
    }

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Slug();

    [GeneratedRegex(@"\Aock_[\x21-\x7e]{32,252}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Key();
}
