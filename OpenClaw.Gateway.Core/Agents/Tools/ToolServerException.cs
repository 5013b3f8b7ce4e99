namespace OpenClaw.Gateway.Core.Agents.Tools;

/// <summary>A server of tools cannot be used now; the message says why, for people. Never leaves the agent's kind.</summary>
internal sealed class ToolServerException(string message, Exception? inner = null) : Exception(message, inner);
