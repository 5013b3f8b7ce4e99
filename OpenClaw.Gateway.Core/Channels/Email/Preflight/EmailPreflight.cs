using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email.Preflight;

/// <summary>
/// Tries everything that a mail channel needs, in the order in which one thing needs the other, and names what is missing with what to do about it. At the
/// end a mail goes to the channel itself and is looked for; it is deleted again. What needs something that failed is left out.
/// </summary>
internal sealed class EmailPreflight(IMailCredentials credentials, HostCheck hosts, OutgoingConnector connector, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    public async ValueTask<IReadOnlyList<PreflightCheck>> RunAsync(ChannelModel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        List<PreflightCheck> checks = channel.Enabled ? [] : [new("enabled", false, "The channel is switched off.", "Set enabled to true.")];
        if (EmailRules.Check(channel.Settings).ToList() is { Count: > 0 } faults) return [.. checks, .. faults.Select(f => new PreflightCheck("settings", false, $"{f.Field}: {f.Message}", "Correct it."))];
        using var timer = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await RunAsync(channel, checks, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            checks.Add(new("time", false, $"The servers did not answer everything within {Longest.TotalSeconds:0} s.", "Try again; if it stays so, check the way to the servers."));
        }

        return checks;
    }

    private async Task RunAsync(ChannelModel channel, List<PreflightCheck> checks, CancellationToken cancellationToken)
    {
        var settings = EmailSettings.Of(channel);
        var signIn = await SignIn.OfAsync(channel, credentials, cancellationToken);
        await using var imap = await new ImapPreflight(settings, signIn, hosts, connector, time, checks).RunAsync(cancellationToken);
        await using var smtp = await new SmtpPreflight(settings, signIn, hosts, connector, time, checks).RunAsync(cancellationToken);
        if (imap is not null && smtp is not null) checks.Add(await new RoundTrip(settings, imap, smtp.Connection, time).RunAsync(smtp.TakesPlus, cancellationToken));
    }
}

/// <summary>What to sign in with, or why there is nothing.</summary>
internal sealed record SignIn(Protocol.Connecting.MailCredentials? Credentials, ChannelFaultException? Fault)
{
    public static async Task<SignIn> OfAsync(ChannelModel channel, IMailCredentials credentials, CancellationToken cancellationToken)
    {
        try
        {
            return new(await credentials.CredentialsAsync(channel, renew: false, cancellationToken), null);
        }
        catch (ChannelFaultException e)
        {
            return new(null, e);
        }
    }
}
