using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OpenClaw.Core.Tests.Channels.Email.Outbound;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email;

namespace OpenClaw.Core.Tests.Channels.Email.Preflight;

/// <summary>"Test connection" of a mail channel against real servers: each thing that may be missing, with its fix.</summary>
[Collection(MailServers.Collection)]
public sealed class EmailPreflightTests(MailServers servers)
{
    [MailServersFact]
    public async Task Preflight_AllIsWell_AndTheTestMailIsGone()
    {
        await using var place = await StartAsync("""{"processedFolder":"Processed"}""");
        var checks = await TestAsync(place);
        Assert.All(checks, c => Assert.True(c.Ok, $"{c.Check}: {c.Detail}"));
        Assert.Equal(
            ["imap.address", "imap.connect", "imap.tls", "imap.login", "imap.capabilities", "imap.mailbox", "processedFolder", "smtp.address", "smtp.connect", "smtp.tls", "smtp.login", "smtp.from", "smtp.dsn", "smtp.size", "roundtrip"],
            checks.Select(c => c.Check));
        Assert.Contains("IDLE: the server tells of new mails at once", Of(checks, "imap.capabilities").Detail, StringComparison.Ordinal);
        Assert.Contains("+", Of(checks, "roundtrip").Detail, StringComparison.Ordinal);
        Assert.Empty(await servers.MailBoxAsync(_agent));
    }

    [MailServersFact]
    public async Task Preflight_OfAnUnsavedChannel_Works()
    {
        await using var place = await StartAsync("{}");
        Assert.All(await place.Kind.TestAsync(place.Channel with { Id = Guid.NewGuid() }, CancellationToken.None), c => Assert.True(c.Ok, $"{c.Check}: {c.Detail}"));
    }

    [MailServersTheory]
    [InlineData("imap.address", """{"imapHost":"mail.invalid"}""", "imapHost", "smtp.login")]
    [InlineData("imap.connect", """{"imapPort":1}""", "imapPort", "smtp.login")]
    [InlineData("imap.tls", """{"acceptInvalidCertificates":false}""", "acceptInvalidCertificates", "")]
    [InlineData("imap.tls", """{"imapPort":"PLAIN"}""", "starttls", "smtp.login")]
    [InlineData("imap.mailbox", """{"mailbox":"Support"}""", "INBOX", "smtp.login")]
    [InlineData("imap.mailbox", """{"mailbox":"Support"}""", "Sent", "smtp.login")]
    [InlineData("smtp.address", """{"smtpHost":"mail.invalid"}""", "smtpHost", "imap.mailbox")]
    [InlineData("smtp.connect", """{"smtpPort":1}""", "smtpPort", "imap.mailbox")]
    [InlineData("smtp.tls", """{"smtpSecurity":"tls"}""", "starttls", "imap.mailbox")]
    public async Task Preflight_WhatIsWrong_IsNamedWithItsFix(string check, string more, string fix, string stillTried)
    {
        await using var place = await StartAsync(more.Replace("\"PLAIN\"", servers.ImapPort.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        var checks = await TestAsync(place);
        var found = Of(checks, check);
        Assert.False(found.Ok);
        Assert.Contains(fix, found.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain(checks, c => c.Check == "roundtrip");
        if (stillTried.Length > 0) Assert.True(Of(checks, stillTried).Ok);
    }

    [MailServersFact]
    public async Task Preflight_WrongPassword_IsNamedOnceForEachServer()
    {
        await using var place = await StartAsync("{}");
        place.SetPassword("mistyped");
        var checks = await TestAsync(place);
        Assert.Equal(["imap.login", "smtp.login"], checks.Where(c => !c.Ok).Select(c => c.Check));
        Assert.All(checks.Where(c => !c.Ok), c => Assert.Contains("password", c.Fix, StringComparison.OrdinalIgnoreCase));
        Assert.All(checks, c => Assert.DoesNotContain("mistyped", c.Detail + c.Fix, StringComparison.Ordinal));
        Assert.True(Of(checks, "imap.tls").Ok);
    }

    [MailServersFact]
    public async Task Preflight_NoPassword_IsNamed()
    {
        await using var place = await StartAsync("{}");
        place.Change(c => c with { Secrets = System.Collections.Frozen.FrozenDictionary<string, string>.Empty });
        var checks = await TestAsync(place);
        Assert.Equal(["imap.login", "smtp.login"], checks.Where(c => !c.Ok).Select(c => c.Check));
        Assert.All(checks.Where(c => !c.Ok), c => Assert.Contains("password", c.Fix, StringComparison.Ordinal));
    }

    [MailServersFact]
    public async Task Preflight_PrivateAddress_NamesWhatAllowsIt()
    {
        await using var place = await StartAsync("{}");
        place.Road.Get<Gateway.Core.Resilience.PrivateHosts>().Replace(Gateway.Core.Resilience.PrivateHostList.Empty);
        var checks = await TestAsync(place);
        Assert.Equal(["imap.address", "smtp.address"], checks.Select(c => c.Check));
        Assert.All(checks, c => Assert.Contains("Security:PrivateHosts", c.Fix, StringComparison.Ordinal));
    }

    /// <summary>The outgoing server is the scripted one; what it takes is put into the mailbox of the real one.</summary>
    [MailServersTheory]
    [InlineData("MAIL", "553 5.7.1 not your address", "smtp.from", "send as")]
    [InlineData("RCPT+", "550 5.1.1 no plus here", "roundtrip", "plusAddressing")]
    [InlineData("DATA", "451 4.3.0 not now", "roundtrip", "Try again")]
    public async Task Preflight_WhatTheOutgoingServerRefuses_IsNamedWithItsFix(string step, string said, string check, string fix)
    {
        await using var place = await StartAsync("""{"smtpPort":"SCRIPT","smtpSecurity":"none"}""");
        place.Server.LetIn.Add($"PLAIN \0{_agent.Address}\0{_agent.Password}");
        place.Server.Script = (at, argument, _) => at == step || step == "RCPT+" && at == "RCPT" && argument.Contains('+', StringComparison.Ordinal) ? said : null;
        using var over = new CancellationTokenSource();
        var delivering = DeliverAsync(place, over.Token);
        var checks = await TestAsync(place);
        await over.CancelAsync();
        await delivering;
        Assert.Equal([check], checks.Where(c => !c.Ok).Select(c => c.Check));
        Assert.Contains(fix, Of(checks, check).Fix, StringComparison.Ordinal);
        Assert.Empty(place.Server.Faults);
    }

    [Fact]
    public async Task Preflight_OfWrongSettings_SaysWhichOnes()
    {
        await using var place = await OutPlace.StartAsync("""{"address":"nobody"}""");
        var checks = await TestAsync(place);
        Assert.Contains("settings.address", Assert.Single(checks).Detail, StringComparison.Ordinal);
    }

    private MailUser _agent = null!;

    private async Task<OutPlace> StartAsync(string more)
    {
        _agent = await servers.CreateUserAsync();
        if (!more.Contains("SCRIPT", StringComparison.Ordinal)) return await OutPlace.StartAsync(servers, _agent, more);
        var place = await OutPlace.StartAsync(servers, _agent);
        place.Server.Offers.Add("AUTH PLAIN");
        var settings = OutPlace.Settings(_agent.Address, place.Server.Port, "none", "{}", servers.ImapsPort);
        place.Change(c => c with { Settings = JsonElement.Parse(settings.ToJsonString()) });
        return place;
    }

    private async Task DeliverAsync(OutPlace place, CancellationToken over)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await again.WaitForNextTickAsync(over))
                while (place.Server.Mails.TryDequeue(out var mail)) await MailServers.DeliverAsync(_agent, Encoding.Latin1.GetBytes(mail.Content));
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private static async Task<IReadOnlyList<PreflightCheck>> TestAsync(OutPlace place) => await place.Kind.TestAsync(place.Channel, CancellationToken.None);

    private static PreflightCheck Of(IReadOnlyList<PreflightCheck> checks, string name) =>
        checks.FirstOrDefault(c => c.Check == name) ?? throw new InvalidOperationException($"No {name} in {string.Join(", ", checks.Select(c => $"{c.Check}={c.Ok} {c.Detail}"))}");
}
