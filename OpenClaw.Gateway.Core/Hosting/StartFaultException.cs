namespace OpenClaw.Gateway.Core.Hosting;

/// <summary>A start that the operator can mend: the message is one line that names the key of the configuration.</summary>
public sealed class StartFaultException(string key, string sentence) : Exception($"{key}: {sentence}");
