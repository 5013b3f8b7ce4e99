using Microsoft.Extensions.Configuration;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Tests.Hosting;

public sealed class GatewayConfigurationTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("openclaw-conf").FullName;

    [Fact]
    public void Read_Nothing_GivesTheDefaults()
    {
        var (settings, faults) = Read();
        Assert.Empty(faults);
        Assert.NotNull(settings);
        Assert.Equal("http://localhost:5080", settings.Urls);
        Assert.Equal(new Uri("http://localhost:5080"), settings.Gateway.PublicUrl);
        Assert.Equal(Path.Combine(_root, "data"), settings.Gateway.DataDirectory);
        Assert.True(Directory.Exists(settings.Gateway.DataDirectory));
        Assert.Equal(65_536, settings.Gateway.Limits.MaxMessageBytes);
        Assert.Equal("default", settings.Gateway.Bootstrap.Tenant);
    }

    [Theory]
    [InlineData("PostgreSql", "Host=db;Database=openclaw;Password=p", null)]
    [InlineData("postgresql", "Host=db;Database=openclaw", null)]
    [InlineData("SqlServer", "Server=db;Database=openclaw;User Id=sa;Password=p", null)]
    [InlineData("PostgreSql", null, "is needed")]
    [InlineData("PostgreSql", "Host=db", "names host and database")]
    [InlineData("SqlServer", "Server=db;Password=hunter22", "names server and database")]
    [InlineData("SqlServer", "Host=db;Database=openclaw", "names server and database")]
    public void Read_ServerDatabase_NamesWhatItNeeds(string provider, string? connection, string? fault)
    {
        var (settings, faults) = Read(("Database:Provider", provider), ("ConnectionStrings:Gateway", connection));
        if (fault is null)
        {
            Assert.Equal(provider, settings!.Gateway.DatabaseProvider, ignoreCase: true);
            Assert.Equal(connection, settings.Gateway.ConnectionString);
            return;
        }

        var told = Assert.Single(faults);
        Assert.StartsWith("ConnectionStrings:Gateway:", told, StringComparison.Ordinal);
        Assert.Contains(fault, told, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Urls", "localhost:5080")]
    [InlineData("Urls", "ftp://localhost")]
    [InlineData("Urls", "http://localhost:5080/base")]
    [InlineData("PublicUrl", "chat.example.org")]
    [InlineData("PublicUrl", "https://chat.example.org/t/")]
    [InlineData("PublicUrl", "https://chat.example.org/a b/")]
    [InlineData("Proxy:Known", "proxy.local")]
    [InlineData("Blobs:Provider", "Database")]
    [InlineData("Database:Provider", "Oracle")]
    [InlineData("Database:MigrateOnStart", "yes")]
    [InlineData("Cluster:RabbitMq", "amqp://localhost")]
    [InlineData("Cluster:Partitions", "0")]
    [InlineData("Cache:Redis", "localhost:6379")]
    [InlineData("ConnectionStrings:Gateway", "garbage")]
    [InlineData("ConnectionStrings:Gateway", "Host=db;Password=p")]
    [InlineData("ConnectionStrings:Gateway", "Cache=Shared")]
    [InlineData("Telemetry:OtlpEndpoint", "localhost:4317")]
    [InlineData("Telemetry:OtlpEndpoint", "http://user:password@localhost:4318")]
    [InlineData("Telemetry:OtlpProtocol", "json")]
    [InlineData("Telemetry:OtlpHeaders", "authorization")]
    [InlineData("Telemetry:TraceRatio", "2")]
    [InlineData("Telemetry:TraceUrl", "https://grafana.example.org/")]
    [InlineData("Limits:MaxMessageBytes", "0")]
    [InlineData("Limits:MaxMessageBytes", "1048577")]
    [InlineData("Limits:MaxMessageBytes", "64k")]
    [InlineData("Limits:MaxAttachmentBytes", "-1")]
    [InlineData("Limits:IngressQueue", "99999999999999999999")]
    [InlineData("Limits:ConnectionsPerAddress", "1.5")]
    [InlineData("Security:MasterKey", "short")]
    [InlineData("Security:PrivateHosts", "http://localhost/")]
    [InlineData("Security:PrivateHosts", "10.0.0.0/33")]
    [InlineData("Bootstrap:Tenant", "Acme Corp")]
    [InlineData("Bootstrap:Tenant", "-acme")]
    [InlineData("Bootstrap:ApiKey", "ock_tooshort")]
    [InlineData("Bootstrap:ApiKey", "key_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Read_WrongValue_IsOneFaultThatNamesTheKey(string key, string value)
    {
        var (settings, faults) = Read((key, value));
        Assert.Null(settings);
        var fault = Assert.Single(faults);
        Assert.StartsWith(key + ":", fault, StringComparison.Ordinal);
        Assert.Contains("Allowed:", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    [Fact]
    public void Read_SeveralWrongValues_AreAllTold()
    {
        var (_, faults) = Read(("Limits:IngressQueue", "x"), ("PublicUrl", "y"), ("Bootstrap:Tenant", "Z"), ("Limits:MaxMessageByte", "1"));
        Assert.Equal(4, faults.Count);
    }

    [Theory]
    [InlineData("Bootstrap:ApiKey", "ock_verysecret")]
    [InlineData("Security:MasterKey", "verysecret")]
    public void Read_WrongSecret_IsNotShown(string key, string value)
    {
        var (_, faults) = Read((key, value));
        Assert.DoesNotContain("verysecret", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ShortPassword_IsNotShown()
    {
        var (_, faults) = Read(("Bootstrap:AdminEmail", "ada@example.org"), ("Bootstrap:AdminPassword", "hunter2"));
        var fault = Assert.Single(faults);
        Assert.StartsWith("Bootstrap:AdminPassword:", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bootstrap:AdminEmail", "ada@example.org", "Bootstrap:AdminPassword")]
    [InlineData("Bootstrap:AdminPassword", "correct horse", "Bootstrap:AdminEmail")]
    public void Read_OneOfTwoBootstrapKeys_NamesTheMissing(string key, string value, string missing)
    {
        var (_, faults) = Read((key, value));
        Assert.StartsWith(missing + ":", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Limits:MaxMessageByte", "Limits:MaxMessageBytes")]
    [InlineData("Security:PrivateHost", "Security:PrivateHosts")]
    [InlineData("Bootstrap:AdminMail", "Bootstrap:AdminEmail")]
    public void Read_UnknownKey_SuggestsTheNearest(string key, string meant)
    {
        var (_, faults) = Read((key, "1"));
        Assert.Contains($"Did you mean {meant}?", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DataDirectoryIsAFile_IsAFault()
    {
        var file = Path.Combine(_root, "file");
        File.WriteAllText(file, "");
        var (_, faults) = Read(("Data:Directory", file));
        Assert.StartsWith("Data:Directory:", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://*:5080", "http://localhost:5080")]
    [InlineData("http://0.0.0.0:80;https://localhost:5443", "http://localhost:80")]
    [InlineData("http://127.0.0.1:6001", "http://127.0.0.1:6001")]
    public void Read_Urls_FirstIsThePublicUrl(string urls, string expected) =>
        Assert.Equal(new Uri(expected), Read(("Urls", urls)).Settings!.Gateway.PublicUrl);

    [Fact]
    public void Read_PrivateHosts_TakesBothForms()
    {
        Assert.Equal(["localhost:8080", "10.0.0.0/8", "::1"], Read(("Security:PrivateHosts", "localhost:8080, 10.0.0.0/8; ::1")).Settings!.Gateway.PrivateHosts);
        Assert.Equal(["a.local", "*"], Read(("Security:PrivateHosts:0", "a.local"), ("Security:PrivateHosts:1", "*")).Settings!.Gateway.PrivateHosts);
    }

    [Fact]
    public void Read_Bootstrap_IsTaken()
    {
        var key = "ock_" + new string('k', 32);
        var (settings, _) = Read(("Bootstrap:AdminEmail", "ada@example.org"), ("Bootstrap:AdminPassword", "correct horse"), ("Bootstrap:ApiKey", key), ("Bootstrap:Tenant", "acme-2"));
        Assert.Equal(new("ada@example.org", "correct horse", "acme-2", key), (settings!.Gateway.Bootstrap.AdminEmail!, settings.Gateway.Bootstrap.AdminPassword!, settings.Gateway.Bootstrap.Tenant, settings.Gateway.Bootstrap.ApiKey!));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private (PortalSettings? Settings, IReadOnlyList<string> Faults) Read(params (string Key, string? Value)[] values) =>
        GatewayConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, v.Value))).Build(), _root);
}
