namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>Somebody in an address field (RFC 5322 3.4).</summary>
/// <param name="Name">What the sender calls them; empty when it does not say.</param>
/// <param name="Address">local@domain as written; empty when there is none.</param>
/// <param name="Group">The group that they were named in, if any.</param>
internal sealed record MailboxAddress(string Name, string Address, string? Group = null)
{
    public override string ToString() => Name.Length == 0 ? Address : $"{Name} <{Address}>";
}
