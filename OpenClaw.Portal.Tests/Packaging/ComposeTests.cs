using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>The compose file as an engine would read it; that its services work together is in <see cref="ComposeTopologyTests"/>.</summary>
public sealed partial class ComposeTests
{
    private static ComposeFile File => ComposeFile.Shipped;

    [Fact]
    public void Services_WithoutAProfile_AreThePortalAndItsDatabase() =>
        Assert.Equal(["portal", "postgres"], File.Services.Where(s => !s.Value.ContainsKey("profiles")).Select(s => s.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void Profiles_AreTheDocumentedOnes() => Assert.Equal(["observability", "sqlserver"],
        File.Services.Values.SelectMany(s => ComposeFile.List(s, "profiles")).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Images_AllNamedWithTheirVersion() => Assert.All(File.Services.Where(s => !s.Key.StartsWith("portal", StringComparison.Ordinal)), s =>
        Assert.Matches(@"^[a-z0-9./-]+:v?\d[\w.-]*$", (string)s.Value["image"]!));

    [Fact]
    public void References_OfServicesVolumesFilesAndConfigs_AreThere()
    {
        foreach (var (name, service) in File.Services)
        {
            if (service.TryGetValue("depends_on", out var on))
                foreach (var (other, how) in ComposeFile.Map(on))
                {
                    Assert.Equal("service_healthy", ComposeFile.Map(how)["condition"]);
                    Assert.True(File.Services[(string)other].ContainsKey("healthcheck"), $"{name} waits for {other}, which has no health check");
                }

            foreach (var source in ComposeFile.List(service, "volumes").Select(v => v.Split(':')[0]))
                if (!source.StartsWith("./", StringComparison.Ordinal)) Assert.Contains(source, File.Volumes);
                else Assert.True(Path.Exists(Repository.PathOf(source)), $"{name} mounts {source}, which is not there");
            if (service.TryGetValue("configs", out var configs))
                Assert.All((List<object?>)configs!, c => Assert.Contains((string)ComposeFile.Map(c)["source"]!, File.Configs));
        }
    }

    [Fact]
    public void Volumes_All_AreUsed() =>
        Assert.All(File.Volumes, v => Assert.Contains(File.Services.Values, s => ComposeFile.List(s, "volumes").Any(m => m.StartsWith(v + ":", StringComparison.Ordinal))));

    [Fact]
    public void Ports_OnlyOnThisMachineUnlessSaid_AndNoneOfADatabase()
    {
        foreach (var (name, service) in File.Services)
        {
            var ports = ComposeFile.List(service, "ports");
            if (!name.StartsWith("portal", StringComparison.Ordinal) && name != "grafana") Assert.Empty(ports);
            Assert.All(ports, port => Assert.Matches(@"^127\.0\.0\.1:\d+:\d+$", ComposeFile.Default(port)));
        }
    }

    [Theory]
    [InlineData("portal", "PostgreSql")]
    [InlineData("portal-sqlserver", "SqlServer")]
    public void Portal_Environment_IsAConfigurationThatStarts(string service, string provider)
    {
        using var data = new EndToEnd.DataFolder();
        var environment = File.EnvironmentOf(service);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(environment.ToDictionary(e => e.Key.Replace("__", ":", StringComparison.Ordinal), e => (string?)e.Value))
            .AddInMemoryCollection([new("Urls", "http://+:8080"), new("Data:Directory", data.Path)]).Build(); // as the image says
        var (settings, faults) = GatewayConfiguration.Read(configuration, data.Path);
        Assert.Empty(faults);
        Assert.Equal((provider, "http://localhost:5080/"), (settings!.Gateway.DatabaseProvider, settings.Gateway.PublicUrl.AbsoluteUri));
        Assert.Contains(provider == "PostgreSql" ? "Host=postgres" : "Server=sqlserver", settings.Gateway.ConnectionString, StringComparison.Ordinal);
    }

    [Fact]
    public void Portal_MayWriteToItsVolumesOnly()
    {
        var portal = File.Services["portal"];
        Assert.Equal(("true", "ALL"), (portal["read_only"], Assert.Single(ComposeFile.List(portal, "cap_drop"))));
        Assert.Contains("/tmp", ComposeFile.List(portal, "tmpfs"));
    }

    [Fact]
    public void Password_OfSqlServer_KeepsItsRule()
    {
        var password = File.EnvironmentOf("sqlserver")["MSSQL_SA_PASSWORD"];
        Assert.True(password.Length >= 8);
        Assert.True(((Func<char, bool>[])[char.IsUpper, char.IsLower, char.IsDigit, c => !char.IsLetterOrDigit(c)]).Count(password.Any) >= 3);
        Assert.Contains($"Password={password};", File.EnvironmentOf("portal-sqlserver")["ConnectionStrings__Gateway"], StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_AllStandInTheExample_AndNoOthers()
    {
        var example = Name().Matches(Repository.Read(".env.example")).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(File.Variables.Order(StringComparer.Ordinal), example.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: [1")]
    [InlineData("a: *none")]
    public void Yaml_Broken_IsRefused(string text) => Assert.ThrowsAny<YamlDotNet.Core.YamlException>(() => Yaml.Read(text));

    [GeneratedRegex("^(?<name>[A-Z_]+)=", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
