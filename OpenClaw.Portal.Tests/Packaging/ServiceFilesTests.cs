using System.Diagnostics;
using OpenClaw.Portal.Tests.EndToEnd;

namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>The systemd unit and the configuration of Caddy, which does not run here.</summary>
public sealed class ServiceFilesTests
{
    [SystemdFact]
    public async Task Unit_Verified_HasNoComplaint()
    {
        // it looks whether the program is there: any other will do
        var folder = Directory.CreateTempSubdirectory("openclaw-unit-").FullName;
        var unit = Path.Combine(folder, "openclaw.service");
        await File.WriteAllTextAsync(unit, Repository.Read("packaging/openclaw.service").Replace("ExecStart=/opt/openclaw/openclaw", "ExecStart=/bin/true", StringComparison.Ordinal));
        using var process = Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", unit]) { UseShellExecute = false, RedirectStandardError = true })!;
        var told = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Directory.Delete(folder, recursive: true);
        Assert.DoesNotContain(told.Split('\n'), line => line.Contains("openclaw.service", StringComparison.Ordinal));
    }

    [Fact]
    public void Caddyfile_And_Nginx_LeadToTheAddressThatTheGatewayListensOn()
    {
        foreach (var file in (string[])["packaging/caddy/Caddyfile", "packaging/nginx/openclaw.conf"])
            Assert.Contains("127.0.0.1:5080", Repository.Read(file), StringComparison.Ordinal);
        Assert.Contains("Urls=http://localhost:5080", Repository.Read("packaging/openclaw.service"), StringComparison.Ordinal);
        var caddy = Repository.Read("packaging/caddy/Caddyfile");
        Assert.Equal(caddy.Count(c => c == '{'), caddy.Count(c => c == '}'));
    }
}

/// <summary>Skipped, and said so, where there is no systemd-analyze.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdFactAttribute : FactAttribute
{
    public SystemdFactAttribute()
    {
        if (!Tool.Succeeds("systemd-analyze", "--version")) Skip = "needs systemd-analyze";
    }
}
