using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>An address in a header, with the name that people see; null = none.</summary>
internal sealed record Mailbox(SmtpAddress Address, string? Name = null);
