namespace OpenClaw.Gateway.Core.Maintenance.Copying;

/// <summary>Why an installation is not copied, for people: what happened and what to do.</summary>
public sealed class CopyFaultException(string message, Exception? cause = null) : Exception(message, cause);
